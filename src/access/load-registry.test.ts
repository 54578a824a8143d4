import { expect, it } from 'vitest';
import { describeStores } from '../../tests/support/store-engines.ts';
import { credentialRow, insertAccount } from '../../tests/support/store-rows.ts';
import { testPeppers, usage } from '../../tests/support/registry-changes.ts';
import type { Store } from '../store/database.ts';
import { formatToken, newTokenParts } from './format.ts';
import { loadRegistry } from './load-registry.ts';
import { createMint } from './mint.ts';
import { UnknownPepperError } from './peppers.ts';
import type { CredentialKind } from './principal.ts';
import { createRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

const peppers = testPeppers();
const mint = createMint({ peppers });
const everyKind: readonly CredentialKind[] = ['api_key', 'partner_key', 'import_token'];

async function insert(store: Store, id: number, accountId: number, columns: Parameters<typeof credentialRow>[2] = {}): Promise<string> {
  const { token, keyId, digest, pepperId } = mint.mint(columns.kind ?? 'api_key');
  const row = credentialRow(id, accountId, { key_id: keyId, digest, pepper_id: pepperId, ...columns });
  await store.transaction((tx) => tx.insertInto('credential').values(row).execute());
  return token;
}

async function load(store: Store, revoked: ReadonlySet<string> = new Set()): Promise<{ registry: Registry; loaded: number }> {
  const registry = createRegistry({ peppers, now: () => 0, monotonicMs: () => 0 });
  const loaded = await loadRegistry({ registry, db: store.read, hasApiAccess: (plan) => plan === 'premium', revoked, pageRows: 3 });
  return { registry, loaded };
}

describeStores('loading the registry', (engine) => {
  it('reads every live credential, over pages, and no deleted one', async () => {
    const store = await engine.temporaryStore();
    await store.transaction((tx) => insertAccount(tx, 10));
    const live: string[] = [];
    for (let id = 1; id <= 10; id += 1) live.push(await insert(store, id, 10, { slot: id }));
    const dead = await insert(store, 11, 10, { state: 'deleted', slot: null });
    const { registry, loaded } = await load(store);
    expect(loaded).toBe(10);
    for (const token of live) expect(registry.verify(token, everyKind, usage).ok).toBe(true);
    expect(registry.verify(dead, everyKind, usage)).toMatchObject({ refusal: 'not_authorized' });
  });

  it('keeps dead what the revoked log names, whatever the store says', async () => {
    const store = await engine.temporaryStore();
    await store.transaction((tx) => insertAccount(tx, 10));
    const token = await insert(store, 1, 10, {});
    const { key_id } = await store.read.selectFrom('credential').select('key_id').executeTakeFirstOrThrow();
    const { registry, loaded } = await load(store, new Set([key_id]));
    expect(loaded).toBe(0);
    expect(registry.verify(token, everyKind, usage)).toMatchObject({ ok: false, refusal: 'not_authorized' });
  });

  it('stops when a credential was made under a pepper that is unknown', async () => {
    const store = await engine.temporaryStore();
    await store.transaction((tx) => insertAccount(tx, 10));
    await insert(store, 1, 10, { pepper_id: 2 });
    await expect(load(store)).rejects.toBeInstanceOf(UnknownPepperError);
  });
});

describeStores('the verify path', (engine) => {
  it('runs no SQL statement, over every outcome', async () => {
    const store = await engine.temporaryStore();
    await store.transaction(async (tx) => {
      await insertAccount(tx, 10);
      await insertAccount(tx, 20, { held_at: 5 });
      await insertAccount(tx, 30, { plan: 'standard' });
      await insertAccount(tx, 40);
      await insertAccount(tx, 50);
      await tx
        .insertInto('partner')
        .values([
          { id: 1, name: 'Northwind', created_at: 1 },
          { id: 2, name: 'Stopped', created_at: 1, suspended_at: 5 },
        ])
        .execute();
      await tx.updateTable('connection_source').set({ paused_at: '2026-01-01T00:00:00Z' }).where('id', '=', 40).execute();
      await tx.updateTable('connection_source').set({ deleted_at: 5 }).where('id', '=', 50).execute();
    });
    const token = { kind: 'import_token' } as const;
    const key = await insert(store, 1, 10);
    const outcomes: [string | undefined, readonly CredentialKind[], string][] = [
      [key, ['api_key'], 'ok'],
      [await insert(store, 2, 10, { ...token, source_id: 10 }), ['import_token'], 'ok'],
      [await insert(store, 3, 10, { kind: 'partner_key', partner_id: 1 }), everyKind, 'ok'],
      [await insert(store, 12, 10, { kind: 'partner_key', partner_id: 2 }), everyKind, 'partner_suspended'],
      [await insert(store, 4, 10, { slot: 2, state: 'disabled', state_reason: 'member' }), everyKind, 'disabled'],
      [await insert(store, 5, 10, { slot: 3, state: 'disabled', state_reason: 'plan' }), everyKind, 'plan'],
      [await insert(store, 11, 10, { slot: 4, expires_at: -1 }), everyKind, 'expired'],
      [await insert(store, 6, 20, { ...token, source_id: 20 }), everyKind, 'account_on_hold'],
      [await insert(store, 7, 30), everyKind, 'plan'],
      [await insert(store, 8, 40, { ...token, source_id: 40 }), everyKind, 'source_inactive'],
      [await insert(store, 9, 50, { ...token, source_id: 50 }), everyKind, 'source_inactive'],
      [key, ['import_token'], 'not_authorized'],
      [formatToken('ac_', newTokenParts()), everyKind, 'not_authorized'],
      ['garbage', everyKind, 'not_authorized'],
      [undefined, everyKind, 'not_authorized'],
    ];
    const { registry } = await load(store);
    const before = store.statements();
    const said = outcomes.map(([text, accepts]) => {
      const verdict = registry.verify(text, accepts, usage);
      if (verdict.ok) registry.admit(verdict.principal)?.done();
      if (text !== undefined) registry.recordMisuse(text, 'query_string');
      return verdict.ok ? 'ok' : verdict.refusal;
    });
    expect(said).toEqual(outcomes.map(([, , expected]) => expected));
    expect(store.statements()).toBe(before);
  });
});
