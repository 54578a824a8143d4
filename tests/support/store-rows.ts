import { join } from 'node:path';
import type { Insertable, Kysely } from 'kysely';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/database.ts';
import type { Store } from '../../src/store/database.ts';
import type { Tables } from '../../src/store/tables.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** An open store in a directory of its own, closed when the running test has finished. */
export async function temporaryStore(): Promise<Store> {
  const store = await openStore({ path: join(temporaryDirectory(), 'store.db') });
  onTestFinished(() => store.close());
  return store;
}

/** Inserts an account of `id` with member `id` and a source and destination of `id` and `id + 1`. */
export async function insertAccount(tx: Kysely<Tables>, id: number, columns: Partial<Insertable<Tables['account']>> = {}): Promise<void> {
  await tx
    .insertInto('account')
    .values({ id, company: `company ${id}`, plan: 'premium', created_at: 1, held_at: null, ...columns })
    .execute();
  await tx
    .insertInto('member')
    .values({ id, account_id: id, email: `${id}@example.com`, name: 'n', role: 'administrator', created_at: 1 })
    .execute();
  await tx
    .insertInto('connection_source')
    .values({ ...sourceRow(id, id), destination_id: null })
    .execute();
  await tx
    .insertInto('connection_destination')
    .values({ ...sourceRow(id + 1, id), type: 'duckdb', description: null })
    .execute();
}

export function sourceRow(id: number, accountId: number): Omit<Insertable<Tables['connection_source']>, 'destination_id'> {
  return {
    id,
    account_id: accountId,
    type: 'import_api',
    name: `source_${id}`,
    display_name: `Source ${id}`,
    properties: '{}',
    created_at: 1,
    updated_at: 1,
    deleted_at: null,
    paused_at: null,
    system_paused_at: null,
    created_by_credential: null,
  };
}

/** A live API key of member `accountId`, or with `source_id` and `kind` an import token. */
export function credentialRow(
  id: number,
  accountId: number,
  columns: Partial<Insertable<Tables['credential']>> = {},
): Insertable<Tables['credential']> {
  return {
    id,
    key_id: String(id).padStart(12, '0'),
    kind: 'api_key',
    account_id: accountId,
    member_id: columns.kind === 'import_token' ? null : accountId,
    source_id: null,
    partner_id: null,
    description: '',
    last4: 'abcd',
    digest: new Uint8Array(32).fill(id % 256),
    pepper_id: 1,
    state: 'enabled',
    slot: 1,
    compromised: 0,
    created_at: 1,
    created_by_credential: null,
    state_changed_at: 1,
    state_changed_by: 'operator',
    state_reason: null,
    last_used_at: null,
    last_used_address: null,
    last_used_agent: null,
    last_used_endpoint: null,
    last_denied_at: null,
    last_denied_reason: null,
    ...columns,
  };
}
