import { sql } from 'kysely';
import type { CreateTableBuilder } from 'kysely';
import type { Migration } from '../migrate.ts';
import type { MigrationKit } from '../migration-kit.ts';

/** Accounts, their members, sources and destinations. References carry the account, so that nothing of one account can belong to another. */
export const accounts: Migration = {
  name: '0001-accounts',
  async up(kit) {
    const { integer, text } = kit;
    await kit
      .table('setting')
      .addColumn('name', text, (column) => column.primaryKey().notNull())
      .addColumn('value', text, (column) => column.notNull())
      .execute();
    await kit
      .table('id_sequence')
      .addColumn('name', text, (column) => column.primaryKey().notNull())
      .addColumn('next', integer, (column) => column.notNull())
      .execute();
    await kit.tx
      .insertInto('id_sequence')
      .values([
        { name: 'account', next: 100_001 },
        { name: 'member', next: 1 },
        { name: 'connection', next: 1_001 },
        { name: 'credential', next: 1 },
      ])
      .execute();
    await kit
      .table('account')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('company', text, (column) => column.notNull())
      .addColumn('plan', text, (column) => column.notNull().check(sql`plan in ('free_trial', 'standard', 'advanced', 'premium')`))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('held_at', integer)
      .execute();
    await kit
      .table('member')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
      .addColumn('email', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('role', text, (column) => column.notNull().check(sql`role in ('administrator', 'member')`))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addUniqueConstraint('member_of_account', ['account_id', 'id'])
      .addUniqueConstraint('member_email', ['email'])
      .execute();
    await connection(kit, 'connection_destination').addColumn('description', text).execute();
    await connection(kit, 'connection_source')
      .addColumn('destination_id', integer)
      .addForeignKeyConstraint('source_destination', ['account_id', 'destination_id'], 'connection_destination', ['account_id', 'id'])
      .execute();
    await kit.schema
      .createIndex('connection_source_live_name')
      .on('connection_source')
      .columns(['account_id', 'name'])
      .unique()
      .where(sql<boolean>`deleted_at is null`)
      .execute();
  },
};

function connection({ table, integer, text }: MigrationKit, name: string): CreateTableBuilder<string, string> {
  return table(name)
    .addColumn('id', integer, (column) => column.primaryKey())
    .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('display_name', text, (column) => column.notNull())
    .addColumn('properties', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('deleted_at', integer)
    .addColumn('paused_at', text)
    .addColumn('system_paused_at', text)
    .addColumn('created_by_credential', integer)
    .addUniqueConstraint(`${name}_of_account`, ['account_id', 'id']);
}
