import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Destinations of several kinds: their sealed credentials, their checks, moves of sources between them, and alerts about them. */
export const destinations: Migration = {
  name: '0006-destinations',
  async up(kit) {
    const { integer, text, blob } = kit;
    await kit.schema
      .alterTable('connection_source')
      .addColumn('destination_binding', integer, (column) => column.notNull().defaultTo(0))
      .execute();
    await kit.schema.alterTable('connection_destination').addColumn('partner_id', integer).execute();
    await kit.schema.alterTable('stream_state').addColumn('last_attempt_at', integer).execute();
    await kit.tx
      .updateTable('stream_state')
      .set((eb) => ({ last_attempt_at: eb.ref('last_batch_loaded_at') }))
      .execute();
    // Sources and destinations share one sequence of ids.
    await kit
      .table('connection_secret')
      .addColumn('connection_id', integer, (column) => column.notNull())
      .addColumn('property', text, (column) => column.notNull())
      .addColumn('sealed', blob, (column) => column.notNull())
      .addPrimaryKeyConstraint('connection_secret_pk', ['connection_id', 'property'])
      .execute();
    await kit
      .table('connection_check')
      .addColumn('connection_id', integer, (column) => column.primaryKey())
      .addColumn('name', text, (column) => column.notNull().unique())
      .addColumn('started_at', integer, (column) => column.notNull())
      .addColumn('completed_at', integer)
      .addColumn('error_message', text)
      .execute();
    await kit
      .table('alert')
      .addColumn('id', integer, kit.counted)
      .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('subject', text, (column) => column.notNull())
      .addColumn('message', text, (column) => column.notNull())
      .addColumn('raised_at', integer, (column) => column.notNull())
      .addColumn('cleared_at', integer)
      .execute();
    await kit.schema
      .createIndex('alert_open')
      .on('alert')
      .column('subject')
      .unique()
      .where(sql<boolean>`cleared_at is null`)
      .execute();
    await kit.schema.createIndex('alert_account').on('alert').columns(['account_id', 'id']).execute();
  },
};
