import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Whom an account tells: further addresses and post-load hooks, ten of each by a slot; and what waits to be delivered to hooks. */
export const notifications: Migration = {
  name: '0009-notifications',
  async up(kit) {
    const { integer, text, blob } = kit;
    await kit.tx.insertInto('id_sequence').values({ name: 'notification', next: 1 }).execute();
    await kit
      .table('custom_email')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
      .addColumn('slot', integer, (column) => column.notNull().check(sql`slot between 1 and 10`))
      .addColumn('email', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('disabled_at', integer)
      .addColumn('created_by_credential', integer, (column) => column.references('credential.id'))
      .addUniqueConstraint('custom_email_slot', ['account_id', 'slot'])
      .execute();
    await kit
      .table('hook')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('account_id', integer, (column) => column.notNull())
      .addColumn('destination_id', integer, (column) => column.notNull())
      .addColumn('slot', integer, (column) => column.notNull().check(sql`slot between 1 and 10`))
      .addColumn('sealed_url', blob, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('modified_at', integer, (column) => column.notNull())
      .addColumn('disabled_at', integer)
      .addColumn('created_by_credential', integer, (column) => column.references('credential.id'))
      .addUniqueConstraint('hook_slot', ['account_id', 'slot'])
      .addForeignKeyConstraint('hook_destination', ['account_id', 'destination_id'], 'connection_destination', ['account_id', 'id'])
      .execute();
    await kit.schema.createIndex('hook_of_destination').on('hook').column('destination_id').execute();
    await kit
      .table('hook_delivery')
      .addColumn('id', integer, kit.counted)
      .addColumn('hook_id', integer, (column) => column.notNull().references('hook.id'))
      .addColumn('load_id', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('attempts', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('next_attempt_at', integer, (column) => column.notNull())
      .execute();
    await kit.schema.createIndex('hook_delivery_due').on('hook_delivery').columns(['next_attempt_at', 'id']).execute();
    await kit.schema.createIndex('hook_delivery_of_hook').on('hook_delivery').column('hook_id').execute();
  },
};
