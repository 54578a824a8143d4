import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** API keys, partner keys and import tokens. The slot indexes make the limits: ten keys, two tokens, one partner key (access.md). */
export const credentials: Migration = {
  name: '0002-credentials',
  async up(kit) {
    const { integer, text, blob } = kit;
    await kit
      .table('credential')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('key_id', text, (column) =>
        column
          .notNull()
          .unique()
          .check(sql`length(key_id) = 12`),
      )
      .addColumn('kind', text, (column) => column.notNull().check(sql`kind in ('api_key', 'partner_key', 'import_token')`))
      .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
      .addColumn('member_id', integer)
      .addColumn('source_id', integer)
      .addColumn('partner_id', integer)
      .addColumn('description', text, (column) => column.notNull())
      .addColumn('last4', text, (column) => column.notNull())
      .addColumn('digest', blob, (column) => column.notNull().check(sql`length(digest) = 32`))
      .addColumn('pepper_id', integer, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull().check(sql`state in ('enabled', 'disabled', 'deleted')`))
      .addColumn('slot', integer)
      .addColumn('compromised', integer, (column) => column.notNull().check(sql`compromised in (0, 1)`))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('created_by_credential', integer, (column) => column.references('credential.id'))
      .addColumn('state_changed_at', integer, (column) => column.notNull())
      .addColumn('state_changed_by', text, (column) => column.notNull())
      .addColumn('state_reason', text, (column) => column.check(sql`state_reason in ('member', 'plan', 'partner', 'source_deleted')`))
      .addColumn('last_used_at', integer)
      .addColumn('last_used_address', text)
      .addColumn('last_used_agent', text)
      .addColumn('last_used_endpoint', text)
      .addColumn('last_denied_at', integer)
      .addColumn('last_denied_reason', text)
      .addForeignKeyConstraint('credential_member', ['account_id', 'member_id'], 'member', ['account_id', 'id'])
      .addForeignKeyConstraint('credential_source', ['account_id', 'source_id'], 'connection_source', ['account_id', 'id'])
      .addCheckConstraint(
        'credential_owner',
        sql`(kind = 'api_key' and member_id is not null and source_id is null and partner_id is null)
          or (kind = 'partner_key' and partner_id is not null and source_id is null)
          or (kind = 'import_token' and source_id is not null and partner_id is null)`,
      )
      .addCheckConstraint('credential_slot_while_live', sql`(state = 'deleted') = (slot is null)`)
      .addCheckConstraint(
        'credential_slot',
        sql`slot is null or slot = 1 or (kind = 'import_token' and slot = 2) or (kind = 'api_key' and slot between 1 and 10)`,
      )
      .execute();
    for (const [name, kind, owner] of [
      ['credential_api_key_slot', 'api_key', ['account_id', 'slot']],
      ['credential_import_token_slot', 'import_token', ['source_id', 'slot']],
      ['credential_partner_key_live', 'partner_key', ['account_id', 'partner_id']],
    ] as const) {
      await kit.schema
        .createIndex(name)
        .on('credential')
        .columns([...owner])
        .unique()
        .where(sql<boolean>`kind = ${sql.lit(kind)} and slot is not null`)
        .execute();
    }
    await kit.schema.createIndex('credential_account').on('credential').columns(['account_id', 'kind']).execute();
    await kit.schema.createIndex('credential_children').on('credential').column('created_by_credential').execute();
  },
};
