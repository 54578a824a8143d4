import { expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { recordLoad } from '../load/record.ts';
import { createSource } from '../source/create.ts';
import { createHook } from './create.ts';
import { createHookOutbox } from './outbox.ts';

describeStores('the outbox of hooks', (engine) => {
  it('hands out the oldest delivery of each hook and forgets what was delivered', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId, destinationId } = await plane.account();
    const { id: sourceId } = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const url = 'https://hook.example.test/';
    for (let hook = 0; hook < 2; hook += 1)
      await createHook(plane.operator, accountId, { destinationId, url }, async () => '93.184.215.14');
    const at = plane.clock.now;
    for (const loadId of ['load-1', 'load-2', 'load-1']) {
      await recordLoad(plane.parts.store, {
        loadId,
        sourceId,
        destinationId,
        table: 't',
        position: 1,
        startedAt: at,
        finishedAt: at,
        batchedAt: at,
        loaded: { t: 1 },
        counts: { received: 1, rejected: 0, superseded: 0, replacedSurrogates: 0 },
        bookmarks: {},
        newVersion: false,
        versions: undefined,
      });
    }
    const outbox = createHookOutbox({ ...plane.parts, sendsMail: false });
    const [first, second] = await outbox.due();
    expect([first, second]).toMatchObject([
      { loadId: 'load-1', url, accountId, attempts: 0 },
      { loadId: 'load-1', url, accountId, attempts: 0 },
    ]);
    if (first === undefined || second === undefined) throw new Error('nothing is due');
    await outbox.delivered(first);
    await outbox.failed(second, 'no');
    expect((await outbox.due()).map(({ hookId, loadId }) => [hookId, loadId])).toEqual([
      [first.hookId, 'load-2'],
      [second.hookId, 'load-2'],
    ]);
    plane.clock.now += 10_000;
    expect((await outbox.due()).map(({ loadId, attempts }) => [loadId, attempts])).toEqual([
      ['load-1', 1],
      ['load-2', 0],
    ]);
  });
});
