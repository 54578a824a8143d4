import { expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { createApiKey } from '../api-key/create.ts';
import { deleteApiKey } from '../api-key/delete.ts';
import { restoreApiKey } from '../api-key/restore.ts';
import { replayRevoked } from './replay-revoked.ts';

describeStores('replaying the log of revocations', (engine) => {
  it('deletes again what a restored store had revived, once, with an audit row, and leaves the rest', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const { row } = await createApiKey(plane.operator, { accountId, description: '' });
    const { row: kept } = await createApiKey(plane.operator, { accountId, description: '' });
    const { row: back } = await createApiKey(plane.operator, { accountId, description: '' });
    await deleteApiKey(plane.operator, row.id, { compromised: false });
    await deleteApiKey(plane.operator, back.id, { compromised: false });
    await restoreApiKey(plane.operator, back.id);
    // What restoring a backup from before the deletion does to the row.
    await plane.parts.store.transaction((tx) =>
      tx.updateTable('credential').set({ state: 'enabled', slot: 9 }).where('id', '=', row.id).execute(),
    );

    const options = { ...plane.parts, revokedLog: plane.revokedLog };
    expect(await replayRevoked(options)).toEqual({ corrected: 1, appended: 0, damagedLines: 0 });
    const rows = await plane.parts.store.read.selectFrom('credential').select(['id', 'state', 'slot']).orderBy('id').execute();
    expect(rows).toEqual([
      { id: row.id, state: 'deleted', slot: null },
      { id: kept.id, state: 'enabled', slot: 2 },
      { id: back.id, state: 'disabled', slot: expect.any(Number) },
    ]);
    expect(await replayRevoked(options)).toEqual({ corrected: 0, appended: 0, damagedLines: 0 });
    const audit = await plane.parts.store.read.selectFrom('audit').selectAll().where('verb', '=', 'api_key.replay_revoked').execute();
    expect(audit).toMatchObject([{ actor: 'system', subject: `api_key:${row.id}` }]);
  });

  it('does not touch a new credential that was given the number of a revoked one', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const { row } = await createApiKey(plane.operator, { accountId, description: '' });
    await plane.revokedLog.append({ kind: 'revoked', id: row.id, keyId: 'zzzzzzzzzzzz' }, 1);
    expect(await replayRevoked({ ...plane.parts, revokedLog: plane.revokedLog })).toMatchObject({ corrected: 0 });
  });

  it('writes the lines a crash between commit and log had left out', async () => {
    const lost: unknown[] = [];
    const plane = await createControlPlane({
      store: await engine.temporaryStore(),
      wrapLog: (log) => ({ ...log, append: async (line) => void lost.push(line) }),
    });
    const { accountId } = await plane.account();
    const { row } = await createApiKey(plane.operator, { accountId, description: '' });
    await deleteApiKey(plane.operator, row.id, { compromised: false });
    expect(lost).toHaveLength(1);
    lost.length = 0;
    expect(await replayRevoked({ ...plane.parts, revokedLog: plane.revokedLog })).toEqual({ corrected: 0, appended: 1, damagedLines: 0 });
    expect(lost).toEqual([{ kind: 'revoked', id: row.id, keyId: row.key_id }]);
  });
});
