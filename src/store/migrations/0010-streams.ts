import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** What sources offer and what is chosen of it, the jobs that extract it, and the tokens that let somebody choose it in a browser. */
export const streams: Migration = {
  name: '0010-streams',
  async up(kit) {
    const { integer, text, blob } = kit;
    await kit
      .table('stream')
      .addColumn('id', integer, kit.counted)
      .addColumn('source_id', integer, (column) => column.notNull().references('connection_source.id'))
      .addColumn('tap_stream_id', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('schema', text, (column) => column.notNull())
      .addColumn('discovered', text, (column) => column.notNull())
      .addColumn('written', text, (column) => column.notNull())
      .addColumn('discovered_at', integer, (column) => column.notNull())
      .addColumn('gone_at', integer)
      .addUniqueConstraint('stream_of_source', ['source_id', 'tap_stream_id'])
      .execute();
    await kit
      .table('job')
      .addColumn('name', text, (column) => column.primaryKey().notNull())
      .addColumn('source_id', integer, (column) => column.notNull().references('connection_source.id'))
      .addColumn('started_at', integer, (column) => column.notNull())
      .addColumn('completed_at', integer)
      .addColumn('discovery_exit_status', integer)
      .addColumn('discovery_description', text)
      .addColumn('tap_exit_status', integer)
      .addColumn('tap_description', text)
      .addColumn('target_exit_status', integer)
      .addColumn('target_description', text)
      .execute();
    await kit.schema
      .createIndex('job_running')
      .on('job')
      .column('source_id')
      .unique()
      .where(sql<boolean>`completed_at is null`)
      .execute();
    await kit.schema.createIndex('job_of_source').on('job').columns(['source_id', 'completed_at']).execute();
    await kit
      .table('ephemeral_token')
      .addColumn('digest', blob, (column) => column.primaryKey().notNull())
      .addColumn('account_id', integer, (column) => column.notNull())
      .addColumn('member_id', integer, (column) => column.notNull())
      .addColumn('credential_id', integer, (column) => column.notNull().references('credential.id'))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addForeignKeyConstraint('ephemeral_token_member', ['account_id', 'member_id'], 'member', ['account_id', 'id'])
      .execute();
    await kit.schema.createIndex('ephemeral_token_of_credential').on('ephemeral_token').column('credential_id').execute();
  },
};
