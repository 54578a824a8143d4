import { describe, expect, it } from 'vitest';
import { createControlPlane, keyActor, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { postgresVersions } from '../../../tests/support/postgres-server.ts';
import { describeStores, postgresPlace, usePostgres } from '../../../tests/support/store-engines.ts';
import { createChanges } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { createApiKey } from '../api-key/create.ts';
import { deleteApiKey } from '../api-key/delete.ts';
import { disableApiKey } from '../api-key/disable.ts';
import { createImportToken } from '../import-token/create.ts';
import { revokeImportToken } from '../import-token/revoke.ts';
import { createSource } from '../source/create.ts';

function codes(results: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const key = result.status === 'fulfilled' ? 'created' : String((result.reason as { code?: unknown }).code);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describeStores('limits', (engine) => {
  it('hold under 200 parallel creates: exactly ten keys', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, n) => createApiKey(plane.operator, { accountId, description: `key ${n}` })),
    );
    expect(codes(results)).toEqual({ created: 10, key_limit_exceeded: 190 });
    const rows = await plane.parts.store.read.selectFrom('credential').select('slot').orderBy('slot').execute();
    expect(rows.map((row) => row.slot)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('hold under 200 parallel creates: exactly two tokens per source', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const other = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Other' });
    await createImportToken(plane.operator, accountId, other.id);
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => createImportToken(plane.operator, accountId, source.id)));
    expect(codes(results)).toEqual({ created: 2, token_limit_exceeded: 198 });
  });

  it('hold under 200 parallel creates: exactly two webhook URLs per source', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'webhook.incoming-webhook', display_name: 'Hook' });
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => createImportToken(plane.operator, accountId, source.id)));
    expect(codes(results)).toEqual({ created: 2, token_limit_exceeded: 198 });
    const rows = await plane.parts.store.read.selectFrom('credential').select(['kind', 'slot', 'in_url']).orderBy('slot').execute();
    expect(rows).toEqual([1, 2].map((slot) => ({ kind: 'import_token', slot, in_url: 1 })));
  });

  it('count disabled keys, and free a slot only when a key is deleted', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const keys = await Promise.all(Array.from({ length: 10 }, () => createApiKey(plane.operator, { accountId, description: '' })));
    const [first] = keys;
    if (first === undefined) throw new Error('no key');
    await disableApiKey(plane.operator, first.row.id);
    await expect(createApiKey(plane.operator, { accountId, description: '' })).rejects.toMatchObject({ code: 'key_limit_exceeded' });
    await deleteApiKey(plane.operator, first.row.id, { compromised: false });
    const { row } = await createApiKey(plane.operator, { accountId, description: '' });
    expect(row.slot).toBe(first.row.slot);
  });

  it('hold while tokens are revoked and made at the same time', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const first = await createImportToken(plane.operator, accountId, source.id);
    await createImportToken(plane.operator, accountId, source.id);
    const creates = Array.from({ length: 50 }, () => createImportToken(plane.operator, accountId, source.id));
    const results = await Promise.allSettled([
      ...creates,
      revokeImportToken(plane.operator, accountId, source.id, first.row.id, { compromised: false }),
    ]);
    expect(codes(results.slice(0, 50))).toEqual({ token_limit_exceeded: 50 });
    expect(results.at(-1)?.status).toBe('fulfilled');
    await createImportToken(plane.operator, accountId, source.id);
  });

  it('are out of reach of keys, which cannot create keys', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const { row } = await createApiKey(plane.operator, { accountId, description: '' });
    await expect(createApiKey(plane.as(keyActor(row)), { accountId, description: '' })).rejects.toMatchObject({ code: 'access_denied' });
  });
});

describe.each(postgresVersions)('limits on PostgreSQL %i, over two pools', (version) => {
  const databases = usePostgres({ version });

  /** Two operators that share nothing but the database. */
  async function twoOperators(): Promise<{ plane: ControlPlane; operators: [DomainContext, DomainContext] }> {
    const place = postgresPlace(await databases.newStore());
    const plane = await createControlPlane({ store: await place.open() });
    const store = await place.open();
    const { registry, now } = plane.parts;
    const changes = createChanges({ store, registry, revokedLog: plane.revokedLog, now });
    return { plane, operators: [plane.operator, { ...plane.operator, store, changes }] };
  }

  it('hold under 200 parallel creates, and the audit chain is whole', async () => {
    const { plane, operators } = await twoOperators();
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const of = (n: number): DomainContext => operators[n % 2 === 0 ? 0 : 1];
    const [keys, tokens] = await Promise.all([
      Promise.allSettled(Array.from({ length: 200 }, (_, n) => createApiKey(of(n), { accountId, description: `key ${n}` }))),
      Promise.allSettled(Array.from({ length: 200 }, (_, n) => createImportToken(of(n), accountId, source.id))),
    ]);
    expect([codes(keys), codes(tokens)]).toEqual([
      { created: 10, key_limit_exceeded: 190 },
      { created: 2, token_limit_exceeded: 198 },
    ]);
    const rows = await plane.parts.store.read.selectFrom('credential').select(['id', 'slot']).orderBy('id').execute();
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => rows[0]!.id + index));
    expect(await plane.parts.audit.verify(plane.parts.store.read)).toMatchObject({ ok: true, rows: 2 + 12 });
  });
});
