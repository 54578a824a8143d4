import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createControlPlane, keyActor, type ControlPlane } from '../../tests/support/control-plane.ts';
import { describeStores } from '../../tests/support/store-engines.ts';
import type { Store } from '../store/database.ts';
import { createApiKey } from './api-key/create.ts';
import { deleteApiKey } from './api-key/delete.ts';
import { disableApiKey } from './api-key/disable.ts';
import { enableApiKey } from './api-key/enable.ts';
import { createImportToken } from './import-token/create.ts';
import { disableImportToken } from './import-token/disable.ts';
import { revokeImportToken } from './import-token/revoke.ts';
import { setAccountHold } from './account/set-hold.ts';
import { setAccountPlan } from './account/set-plan.ts';
import { createChanges } from './changes.ts';
import { createSource } from './source/create.ts';
import { deleteSource } from './source/delete.ts';
import { updateSource } from './source/update.ts';

interface Made {
  readonly accountId: number;
  readonly sourceId: number;
  readonly tokenId: number;
  readonly keyId: number;
}

describeStores('revocation', (engine) => {
  it('lets no control transaction of the key take effect after the revoking call returned, wherever it was cut in', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const verbs = [
      (id: number) => disableApiKey(plane.operator, id),
      (id: number) => deleteApiKey(plane.operator, id, { compromised: false }),
      () => setAccountPlan(plane.operator, accountId, 'standard'),
    ];
    let names = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.nat(30), fc.constantFrom(...verbs), async (before, microtasks, revoke) => {
        await setAccountPlan(plane.operator, accountId, 'premium');
        const key = await createApiKey(plane.operator, { accountId, description: '' });
        const ctx = plane.as(keyActor(key.row));
        const send = (): Promise<unknown> => createSource(ctx, accountId, { type: 'import_api', display_name: `s${(names += 1)}` });
        const running = Array.from({ length: before }, send);
        for (let turn = 0; turn < microtasks; turn += 1) await Promise.resolve();
        const revoking = revoke(key.row.id);
        running.push(...Array.from({ length: 5 }, send));
        const settled = Promise.allSettled(running);
        await revoking;
        const sources = async (): Promise<number> =>
          (await plane.parts.store.read.selectFrom('connection_source').select('id').execute()).length;
        const atReturn = await sources();
        running.push(send());
        const results = await Promise.allSettled(running);
        await settled;
        expect(await sources()).toBe(atReturn);
        expect(results.at(-1)?.status).toBe('rejected');
        expect(plane.verify(key.token).ok).toBe(false);
        if (revoke !== verbs[1]) await deleteApiKey(plane.operator, key.row.id, { compromised: false });
      }),
      { seed: 20310402, numRuns: 40 },
    );
  });

  it('leaves registry and store agreeing when a key is switched on and off at once and commits are answered late', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const { row, token } = await createApiKey(plane.operator, { accountId, description: '' });
    const oneSwitch = fc.record({ on: fc.boolean(), lateTurns: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(oneSwitch, { minLength: 2, maxLength: 12 }), async (switches) => {
        const late = switches.map(({ lateTurns }) => lateTurns);
        const store: Store = {
          ...plane.parts.store,
          async transaction(work) {
            const result = await plane.parts.store.transaction(work);
            for (let turn = late.shift() ?? 0; turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
            return result;
          },
        };
        const ctx = { ...plane.operator, changes: createChanges({ ...plane.parts, store, revokedLog: plane.revokedLog }) };
        await Promise.all(switches.map(({ on }) => (on ? enableApiKey(ctx, row.id) : disableApiKey(ctx, row.id))));
        const stored = await plane.parts.store.read
          .selectFrom('credential')
          .select('state')
          .where('id', '=', row.id)
          .executeTakeFirstOrThrow();
        expect(plane.verify(token).ok).toBe(stored.state === 'enabled');
        expect(stored.state).toBe(switches.at(-1)?.on === true ? 'enabled' : 'disabled');
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  it('waits for an append admitted before', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const { row, token } = await createImportToken(plane.operator, accountId, source.id);
    const verdict = plane.verify(token);
    if (!verdict.ok) throw new Error('refused');
    const admission = plane.registry.admit(verdict.principal);
    let returned = false;
    const revoking = revokeImportToken(plane.operator, accountId, source.id, row.id, { compromised: false }).then(() => (returned = true));
    // Dead for new requests long before the revocation is acknowledged.
    while (plane.verify(token).ok) await new Promise((resolve) => setImmediate(resolve));
    while ((await plane.revokedLog.read()).revoked.size === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(returned).toBe(false);
    admission?.done();
    await revoking;
    expect(returned).toBe(true);
  });

  it('answers "not confirmed" while an earlier append hangs, and a repeat waits again', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore(), registry: { drainMs: 20 } });
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const { row, token } = await createImportToken(plane.operator, accountId, source.id);
    const verdict = plane.verify(token);
    if (!verdict.ok) throw new Error('refused');
    const admission = plane.registry.admit(verdict.principal);
    const revoke = (): Promise<unknown> => revokeImportToken(plane.operator, accountId, source.id, row.id, { compromised: false });
    await expect(revoke()).rejects.toMatchObject({ code: 'not_confirmed' });
    expect(plane.verify(token).ok).toBe(false);
    await expect(revoke()).rejects.toMatchObject({ code: 'not_confirmed' });
    admission?.done();
    await expect(revoke()).resolves.toMatchObject({ source: { id: source.id } });
    await expect(revoke()).rejects.toMatchObject({ code: 'invalid_token_id' });
  });

  it.each<[string, (plane: ControlPlane, made: Made) => Promise<unknown>]>([
    ['disabling its token', ({ operator }, made) => disableImportToken(operator, made.accountId, made.sourceId, made.tokenId)],
    [
      'pausing its source',
      ({ operator }, made) => updateSource(operator, made.accountId, made.sourceId, { paused_at: '2031-04-02T00:00:00Z' }),
    ],
    ['deleting its source', ({ operator }, made) => deleteSource(operator, made.accountId, made.sourceId)],
    ['holding its account', ({ operator }, made) => setAccountHold(operator, made.accountId, true)],
    ['disabling an API key', ({ operator }, made) => disableApiKey(operator, made.keyId)],
    ['deleting the compromised key that made it', ({ operator }, made) => deleteApiKey(operator, made.keyId, { compromised: true })],
    ['a plan without API access', ({ operator }, made) => setAccountPlan(operator, made.accountId, 'standard')],
  ])('by %s is not confirmed while an append hangs, and a repeat waits again', async (_name, revoke) => {
    const plane = await createControlPlane({ store: await engine.temporaryStore(), registry: { drainMs: 20 } });
    const { accountId } = await plane.account();
    const key = await createApiKey(plane.operator, { accountId, description: '' });
    const ctx = plane.as(keyActor(key.row));
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop' });
    const { row, token } = await createImportToken(ctx, accountId, source.id);
    const verdict = plane.verify(token);
    if (!verdict.ok) throw new Error('refused');
    const admission = plane.registry.admit(verdict.principal);
    const made = { accountId, sourceId: source.id, tokenId: row.id, keyId: key.row.id };
    await expect(revoke(plane, made)).rejects.toMatchObject({ code: 'not_confirmed' });
    await expect(revoke(plane, made)).rejects.toMatchObject({ code: 'not_confirmed' });
    admission?.done();
    await expect(revoke(plane, made)).resolves.toBeDefined();
  });

  it('is not confirmed before its line is on disk; the repeat writes it', async () => {
    let full = true;
    const plane = await createControlPlane({
      store: await engine.temporaryStore(),
      wrapLog: (log) => ({ ...log, append: (line, at) => (full ? Promise.reject(new Error('ENOSPC')) : log.append(line, at)) }),
    });
    const { accountId } = await plane.account();
    const { row, token } = await createApiKey(plane.operator, { accountId, description: '' });
    const remove = (): Promise<unknown> => deleteApiKey(plane.operator, row.id, { compromised: false });
    await expect(remove()).rejects.toMatchObject({ code: 'not_confirmed' });
    expect(plane.verify(token).ok).toBe(false);
    full = false;
    await remove();
    expect([...(await plane.revokedLog.read()).revoked.keys()]).toEqual([row.key_id]);
    await expect(remove()).rejects.toMatchObject({ code: 'invalid_id' });
  });

  it('kills nothing when its commit fails', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const { row, token } = await createApiKey(plane.operator, { accountId, description: '' });
    const broken = { ...plane.operator, audit: { ...plane.parts.audit, append: () => Promise.reject(new Error('no audit, no change')) } };
    await expect(deleteApiKey(broken, row.id, { compromised: false })).rejects.toThrow('no audit, no change');
    expect(plane.verify(token).ok).toBe(true);
    expect((await plane.revokedLog.read()).revoked.size).toBe(0);
  });
});
