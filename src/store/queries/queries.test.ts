/** Queries whose meaning could differ between the engines. */
import { expect, it } from 'vitest';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { insertAccount } from '../../../tests/support/store-rows.ts';
import { countLastJobs, findRunningJob, listLastJobs, listLastStarts, terminateJob } from './job.ts';
import { deleteOldLoadReports, insertLoadReport, listLoadReports } from './load-report.ts';
import { nextId } from './sequence.ts';
import { insertStreams, listStreams, updateStream } from './stream.ts';
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

  it('give streams ids of their own, and leave out those that are gone', async () => {
    const store = await engine.temporaryStore();
    const row = { source_id: 10, name: 's', schema: '{}', discovered: '[]', written: '[]', discovered_at: 1, gone_at: null };
    await store.transaction(async (tx) => {
      await insertAccount(tx, 10);
      await insertStreams(
        tx,
        Array.from({ length: 450 }, (_, n) => ({ ...row, tap_stream_id: `s${n}` })),
      );
    });
    const streams = await listStreams(store.read, 10);
    expect(new Set(streams.map(({ id }) => id)).size).toBe(450);
    await store.transaction((tx) => updateStream(tx, streams[0]?.id ?? 0, { gone_at: 2 }));
    expect(await listStreams(store.read, 10)).toHaveLength(449);
    await expect(store.transaction((tx) => insertStreams(tx, [{ ...row, tap_stream_id: 's1' }]))).rejects.toThrow();
  });

  it('know one running job of a source, and the one it completed last', async () => {
    const store = await engine.temporaryStore();
    const insert = (name: string, completedAt: number | null): Promise<unknown> =>
      store.transaction((tx) =>
        tx
          .insertInto('job')
          .values({ name, source_id: 10, started_at: completedAt ?? 8, completed_at: completedAt })
          .execute(),
      );
    await store.transaction((tx) => insertAccount(tx, 10));
    const lastStart = async (): Promise<unknown> => (await listLastStarts(store.read, { accountId: 10, sourceId: 10 }))[0]?.started_at;
    expect(await listLastStarts(store.read, { accountId: 10 })).toEqual([{ source_id: 10, started_at: null }]);
    for (const [name, completedAt] of [
      ['a', 5],
      ['b', 7],
      ['c', 7],
      ['d', null],
    ] as const) {
      expect(await lastStart()).toBe({ a: null, b: 5, c: 7, d: 7 }[name]);
      await insert(name, completedAt);
    }
    await expect(insert('e', null)).rejects.toThrow();
    expect(await findRunningJob(store.read, 10)).toMatchObject({ name: 'd' });
    expect(await lastStart()).toBe(8);
    const asked = { accountId: 10, completedSince: 6 };
    expect(await countLastJobs(store.read, asked)).toBe(1);
    expect(await listLastJobs(store.read, { ...asked, offset: 0, limit: 9 })).toMatchObject([{ name: 'c', source_type: 'import_api' }]);
    expect(await store.transaction((tx) => terminateJob(tx, 10, 9))).toMatchObject({
      name: 'd',
      completed_at: 9,
      tap_description: 'Terminated',
    });
    expect(await store.transaction((tx) => terminateJob(tx, 10, 10))).toBeUndefined();
    expect(await listLastJobs(store.read, { ...asked, offset: 0, limit: 9 })).toMatchObject([{ name: 'd' }]);
  });
});
