import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** How people get in: passwords, sessions, invitations, links, two-factor, and the mail that carries them. Secrets are kept as digests or sealed. */
export const people: Migration = {
  name: '0007-people',
  async up(kit) {
    const { integer, text, blob } = kit;
    const member = kit.schema.alterTable('member');
    await member.addColumn('password_hash', text).execute();
    await member.addColumn('invoice_admin', integer, (column) => column.notNull().defaultTo(0)).execute();
    await member.addColumn('deactivated_at', integer).execute();
    await member.addColumn('last_seen_at', integer).execute();
    await member.addColumn('notify_errors', integer, (column) => column.notNull().defaultTo(1)).execute();
    await member.addColumn('pending_email', text).execute();
    await member.addColumn('totp_secret', blob).execute();
    await member.addColumn('totp_enabled_at', integer).execute();
    await member.addColumn('totp_last_step', integer).execute();
    await kit.tx
      .insertInto('id_sequence')
      .values([
        { name: 'session', next: 1 },
        { name: 'invitation', next: 1 },
      ])
      .execute();
    await kit
      .table('session')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('digest', blob, (column) => column.notNull().unique())
      .addColumn('account_id', integer, (column) => column.notNull())
      .addColumn('member_id', integer, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('last_seen_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addColumn('proved_at', integer, (column) => column.notNull())
      .addColumn('address', text, (column) => column.notNull())
      .addColumn('agent', text, (column) => column.notNull())
      .addForeignKeyConstraint('session_member', ['account_id', 'member_id'], 'member', ['account_id', 'id'])
      .execute();
    await kit.schema.createIndex('session_of_member').on('session').columns(['account_id', 'member_id']).execute();
    await kit
      .table('invitation')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('account_id', integer, (column) => column.notNull().references('account.id'))
      .addColumn('email', text, (column) => column.notNull())
      .addColumn('role', text, (column) => column.notNull().check(sql`role in ('administrator', 'member')`))
      .addColumn('digest', blob, (column) => column.notNull().unique())
      .addColumn('invited_by', integer, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addColumn('ended_at', integer)
      .addForeignKeyConstraint('invitation_inviter', ['account_id', 'invited_by'], 'member', ['account_id', 'id'])
      .execute();
    await kit.schema
      .createIndex('invitation_open')
      .on('invitation')
      .columns(['account_id', 'email'])
      .unique()
      .where(sql<boolean>`ended_at is null`)
      .execute();
    await kit
      .table('link')
      .addColumn('digest', blob, (column) => column.primaryKey().notNull())
      .addColumn('purpose', text, (column) => column.notNull().check(sql`purpose in ('password', 'email_change', 'sign_up', 'setup')`))
      .addColumn('member_id', integer, (column) => column.references('member.id'))
      .addColumn('email', text)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .execute();
    await kit
      .table('recovery_code')
      .addColumn('member_id', integer, (column) => column.notNull().references('member.id'))
      .addColumn('digest', blob, (column) => column.notNull())
      .addColumn('used_at', integer)
      .addPrimaryKeyConstraint('recovery_code_pk', ['member_id', 'digest'])
      .execute();
    await kit
      .table('mail')
      .addColumn('id', integer, kit.counted)
      .addColumn('account_id', integer)
      .addColumn('recipient', text, (column) => column.notNull())
      .addColumn('subject', text, (column) => column.notNull())
      .addColumn('sealed', blob, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('sent_at', integer)
      .addColumn('attempts', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('next_attempt_at', integer)
      .addColumn('error', text)
      .execute();
    await kit.schema.createIndex('mail_due').on('mail').columns(['sent_at', 'next_attempt_at']).execute();
    await kit
      .table('answered_request')
      .addColumn('account_id', integer, (column) => column.notNull())
      .addColumn('actor', text, (column) => column.notNull())
      .addColumn('verb', text, (column) => column.notNull())
      .addColumn('idempotency_key', text, (column) => column.notNull())
      .addColumn('subject', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('answered_request_pk', ['account_id', 'actor', 'verb', 'idempotency_key'])
      .execute();
    await kit
      .table('partner')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .execute();
  },
};
