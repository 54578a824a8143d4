/** Queries whose meaning could differ between the engines. */
import { expect, it } from 'vitest';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { insertAccount } from '../../../tests/support/store-rows.ts';
import { deleteOldLoadReports, insertLoadReport, listLoadReports } from './load-report.ts';
import { nextId } from './sequence.ts';
import { listStreamStates, upsertFailedStream, upsertLoadedStream } from './stream-state.ts';

describeStores('the queries of the store', (engine) => {
  it('take ids one by one and give those of a transaction that was rolled back out again', async () => {
    const store = await engine.temporaryStore();
    const take = (): Promise<number> => store.transaction((tx) => nextId(tx, 'connection'));
    const first = await take();
    await store
      .transaction(async (tx) => {
        await nextId(tx, 'connection');
        throw new Error('undone');
      })
      .catch(() => undefined);
    expect([await take(), await take()]).toEqual([first + 1, first + 2]);
  });

  it('list failing streams first, then the latest loaded, and those never loaded last', async () => {
    const store = await engine.temporaryStore();
    await store.transaction(async (tx) => {
      await insertAccount(tx, 10);
      const loaded = (table: string, loadedAt: number): Promise<void> =>
        upsertLoadedStream(tx, { sourceId: 10, table, position: 1, loadedAt, activeVersion: null, waiting: '{}' });
      await loaded('old', 1);
      await loaded('new', 2);
      await loaded('failing', 3);
      await upsertFailedStream(tx, { sourceId: 10, table: 'failing', attemptedAt: 5, errorState: '{}' });
      await upsertFailedStream(tx, { sourceId: 10, table: 'never loaded', attemptedAt: 5, errorState: '{}' });
    });
    expect((await listStreamStates(store.read, 10)).map((row) => row.table_name)).toEqual(['failing', 'never loaded', 'new', 'old']);
  });

  it('raise the floor of a stream and never lower it', async () => {
    const store = await engine.temporaryStore();
    await store.transaction(async (tx) => {
      await insertAccount(tx, 10);
      for (const position of [5, 9, 7])
        await upsertLoadedStream(tx, { sourceId: 10, table: 't\u0000', position, loadedAt: position, activeVersion: null, waiting: '{}' });
    });
    expect(await listStreamStates(store.read, 10)).toMatchObject([
      { table_name: 't\u0000', acknowledged_position: 9, last_batch_loaded_at: 7 },
    ]);
  });

  it('keep one report per load and delete the oldest', async () => {
    const store = await engine.temporaryStore();
    const report = (load: number) => ({
      load_id: `load-${load}`,
      source_id: 10,
      table_name: 't',
      started_at: load,
      finished_at: load,
      loaded: '{}',
      received: 0,
      rejected: 0,
      replaced_surrogates: 0,
    });
    await store.transaction(async (tx) => {
      await insertAccount(tx, 10);
      for (const load of [1, 2, 2, 3, 1, 4]) await insertLoadReport(tx, report(load));
    });
    expect((await listLoadReports(store.read, 10)).map(({ load_id }) => load_id)).toEqual(['load-4', 'load-3', 'load-2', 'load-1']);
    expect(await store.transaction((tx) => deleteOldLoadReports(tx, { finishedBefore: 4, limit: 2 }))).toBe(2);
    expect(await store.transaction((tx) => deleteOldLoadReports(tx, { finishedBefore: 4, limit: 10 }))).toBe(1);
    expect(await listLoadReports(store.read, 10)).toHaveLength(1);
  });
});
