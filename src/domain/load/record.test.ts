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
      table: 'Orders',
      position: 40,
      startedAt: Date.UTC(2031, 0, 1),
      finishedAt: Date.UTC(2031, 0, 1, 0, 0, 2),
      loaded: { orders: 3, orders__lines: 5 },
      counts: { received: 4, rejected: 1, superseded: 0, replacedSurrogates: 0 },
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
      },
    ]);
    await recordLoad(store, load);
    await recordLoad(store, load);
    await recordLoad(store, { ...load, loadId: 'load-0', position: 7 });
    const { streams, loads } = await readLoadOverview(store);
    expect(streams).toEqual([{ source_id: source.id, table: 'Orders', last_batch_loaded_at: '2031-01-01T00:00:02Z', error: null }]);
    expect(loads.map((one) => one.load_id)).toEqual(['load-0', 'load-1']);
    expect(loads[1]).toMatchObject({ duration_ms: 2000, received: 4, rejected: 1, loaded: { orders: 3, orders__lines: 5 } });
    const state = await store.read.selectFrom('stream_state').selectAll().executeTakeFirstOrThrow();
    expect(state.acknowledged_position).toBe(40);
  });
});
