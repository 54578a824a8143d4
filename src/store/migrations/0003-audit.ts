import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** The audit trail. No foreign keys: a row outlives what it speaks of. */
export const audit: Migration = {
  name: '0003-audit',
  async up(kit) {
    const { integer, text, blob } = kit;
    await kit
      .table('audit')
      .addColumn('seq', integer, (column) => column.primaryKey())
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('account_id', integer)
      .addColumn('actor', text, (column) => column.notNull())
      .addColumn('verb', text, (column) => column.notNull())
      .addColumn('subject', text, (column) => column.notNull())
      .addColumn('before', text)
      .addColumn('after', text)
      .addColumn('address', text)
      .addColumn('request_id', text)
      .addColumn('mac', blob, (column) => column.notNull().check(sql`length(mac) = 32`))
      .execute();
    await kit.schema.createIndex('audit_account').on('audit').columns(['account_id', 'seq']).execute();
    await kit.schema.createIndex('audit_subject').on('audit').columns(['subject', 'seq']).execute();
  },
};
