import type { Migration } from '../migrate.ts';

/** Who uses a credential and what is loaded, by UTC day; expiry of credentials; dismissed alerts. */
export const usage: Migration = {
  name: '0008-usage',
  async up(kit) {
    const { integer, text } = kit;
    const credential = kit.schema.alterTable('credential');
    await credential.addColumn('expires_at', integer).execute();
    await credential.addColumn('created_by_member', integer).execute();
    await kit.schema.alterTable('alert').addColumn('dismissed_at', integer).execute();
    await kit.schema.alterTable('connection_source').addColumn('last_received_at', integer).execute();
    await kit
      .table('credential_use')
      .addColumn('credential_id', integer, (column) => column.notNull().references('credential.id'))
      .addColumn('day', integer, (column) => column.notNull())
      .addColumn('address', text, (column) => column.notNull())
      .addColumn('agent', text, (column) => column.notNull())
      .addColumn('uses', integer, (column) => column.notNull())
      .addColumn('last_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('credential_use_pk', ['credential_id', 'day', 'address', 'agent'])
      .execute();
    await kit
      .table('row_usage')
      .addColumn('source_id', integer, (column) => column.notNull().references('connection_source.id'))
      .addColumn('day', integer, (column) => column.notNull())
      .addColumn('rows', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('row_usage_pk', ['source_id', 'day'])
      .execute();
  },
};
