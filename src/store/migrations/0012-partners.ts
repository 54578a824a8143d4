import type { Migration } from '../migrate.ts';

/** Partners as the operator registers them, the codes their grants pass through, and what is told them (RFC 6749, access.md). */
export const partners: Migration = {
  name: '0012-partners',
  async up(kit) {
    const { integer, text, blob } = kit;
    await kit.tx.insertInto('id_sequence').values({ name: 'partner', next: 1 }).execute();
    for (const [name, type] of [
      ['client_id', text],
      ['redirect_uris', text],
      ['logo', blob],
      ['logo_type', text],
      ['suspended_at', integer],
      ['removed_at', integer],
      ['sealed_notice_url', blob],
    ] as const) {
      await kit.schema.alterTable('partner').addColumn(name, type).execute();
    }
    await kit.schema.createIndex('partner_client_id').on('partner').column('client_id').unique().execute();
    await kit
      .table('partner_secret')
      .addColumn('key_id', text, (column) => column.primaryKey().notNull())
      .addColumn('partner_id', integer, (column) => column.notNull().references('partner.id'))
      .addColumn('digest', blob, (column) => column.notNull())
      .addColumn('pepper_id', integer, (column) => column.notNull())
      .addColumn('last4', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer)
      .execute();
    await kit.schema.createIndex('partner_secret_of').on('partner_secret').column('partner_id').execute();
    await kit
      .table('authorization_code')
      .addColumn('digest', blob, (column) => column.primaryKey().notNull())
      .addColumn('partner_id', integer, (column) => column.notNull().references('partner.id'))
      .addColumn('account_id', integer, (column) => column.notNull())
      .addColumn('member_id', integer, (column) => column.notNull())
      .addColumn('redirect_uri', text)
      .addColumn('code_challenge', text)
      .addColumn('key_expires_at', integer)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addColumn('used_at', integer)
      .addColumn('credential_id', integer, (column) => column.references('credential.id'))
      .addForeignKeyConstraint('authorization_code_member', ['account_id', 'member_id'], 'member', ['account_id', 'id'])
      .execute();
    await kit.schema.createIndex('authorization_code_of').on('authorization_code').columns(['account_id', 'partner_id']).execute();
    await kit
      .table('partner_notice')
      .addColumn('id', integer, kit.counted)
      .addColumn('partner_id', integer, (column) => column.notNull().references('partner.id'))
      .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('attempts', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('next_attempt_at', integer, (column) => column.notNull())
      .execute();
    await kit.schema.alterTable('session').addColumn('credential_id', integer).execute();
    await kit.schema.createIndex('session_of_credential').on('session').column('credential_id').execute();
    await kit.schema.alterTable('account').addColumn('partner_id', integer).execute();
  },
};
