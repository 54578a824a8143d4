import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { createSource } from '../source/create.ts';
import { readLoadOverview } from './overview.ts';
import { recordLoad, recordLoadFailure } from './record.ts';

describe('load records', () => {
  it('keep one report per load, a floor that never falls, and the failure until the next load', async () => {
    const plane = await createControlPlane();
    const { store } = plane.parts;
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const load = {
      loadId: 'load-1',
      sourceId: source.id,
      destinationId: 1,
      batchedAt: Date.UTC(2031, 0, 1),
      table: 'Orders',
      position: 40,
      startedAt: Date.UTC(2031, 0, 1),
      finishedAt: Date.UTC(2031, 0, 1, 0, 0, 2),
      loaded: { orders: 3, orders__lines: 5 },
      counts: { received: 4, rejected: 1, superseded: 2, replacedSurrogates: 0 },
      bookmarks: { updated_at: '2031-01-01T00:00:00Z' },
      newVersion: true,
      versions: { active: -(2n ** 63n), waiting: [{ version: 2n ** 62n, rows: 7 }] },
    };
    await recordLoadFailure(store, {
      sourceId: source.id,
      table: 'Orders',
      type: 'table_stopped',
      message: 'Keys do not match.',
      failedAt: 1,
    });
    expect((await readLoadOverview(store)).streams).toEqual([
      {
        source_id: source.id,
        table: 'Orders',
        last_batch_loaded_at: null,
        error: { type: 'table_stopped', message: 'Keys do not match.' },
        active_version: null,
        waiting_rows: {},
      },
    ]);
    await recordLoad(store, load);
    await recordLoad(store, load);
    await recordLoad(store, { ...load, loadId: 'load-0', position: 7 });
    await recordLoadFailure(store, {
      sourceId: source.id,
      table: 'Orders',
      type: 'transient',
      message: 'The disk is full.',
      failedAt: 9000,
    });
    expect((await readLoadOverview(store)).streams).toMatchObject([{ waiting_rows: { [String(2n ** 62n)]: 7 } }]);
    await recordLoad(store, { ...load, loadId: 'load-2', versions: { active: 2n ** 62n, waiting: [] } });
    const { streams, loads } = await readLoadOverview(store);
    expect(streams).toEqual([
      {
        source_id: source.id,
        table: 'Orders',
        last_batch_loaded_at: '2031-01-01T00:00:02Z',
        error: null,
        active_version: '4611686018427387904',
        waiting_rows: {},
      },
    ]);
    expect(loads.map((one) => one.load_id)).toEqual(['load-2', 'load-0', 'load-1']);
    expect(loads[2]).toMatchObject({
      duration_ms: 2000,
      received: 4,
      rejected: 1,
      superseded: 2,
      new_version: true,
      bookmarks: { updated_at: '2031-01-01T00:00:00Z' },
      loaded: { orders: 3, orders__lines: 5 },
    });
    const state = await store.read.selectFrom('stream_state').selectAll().executeTakeFirstOrThrow();
    expect(state.acknowledged_position).toBe(40);
    // Three loads of eight rows, one of them recorded twice.
    const usage = await store.read.selectFrom('row_usage').selectAll().execute();
    expect(usage).toEqual([{ source_id: source.id, day: Date.UTC(2031, 0, 1) / 86_400_000, rows: 24 }]);
  });
});
