import { expect, it } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { listLiveDestinations } from '../../store/queries/destination.ts';
import { setAccountPlan } from '../account/set-plan.ts';
import { createChanges } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { createDestination } from './create.ts';
import { deleteDestination } from './delete.ts';

const parallel = 50;

/** An account whose plan has room for one destination, and that has none. */
async function emptyAccount(plane: ControlPlane): Promise<number> {
  const { accountId } = await plane.account();
  for (const { id } of await listLiveDestinations(plane.parts.store.read, accountId))
    await deleteDestination(plane.operator, accountId, id);
  await setAccountPlan(plane.operator, accountId, 'standard');
  return accountId;
}

async function outcomes(contexts: readonly DomainContext[], accountId: number): Promise<Record<string, number>> {
  const creates = Array.from({ length: parallel }, (_, n) => {
    const ctx = contexts[n % contexts.length];
    if (ctx === undefined) throw new RangeError('nobody to create it');
    return createDestination(ctx, accountId, { type: 'duckdb', properties: {} });
  });
  const results = await Promise.allSettled(creates);
  const names = results.map((result) => (result.status === 'fulfilled' ? 'created' : String((result.reason as { code?: unknown }).code)));
  return Object.fromEntries(Array.from(Map.groupBy(names, String), ([name, all]) => [name, all.length]));
}

describeStores('the limit of destinations', (engine) => {
  it(`holds under ${parallel} parallel creates`, async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const accountId = await emptyAccount(plane);
    expect(await outcomes([plane.operator], accountId)).toEqual({ created: 1, destination_limit_exceeded: parallel - 1 });
  });

  // A SQLite store has one writer in one process: two would wait for each other in the same thread.
  if (engine.kind === 'postgres') {
    it(`holds under ${parallel} parallel creates over two connections, which share nothing but the store`, async () => {
      const place = await engine.newPlace();
      const plane = await createControlPlane({ store: await place.open() });
      const accountId = await emptyAccount(plane);
      const store = await place.open();
      const { registry, now } = plane.parts;
      const other = { ...plane.operator, store, changes: createChanges({ store, registry, revokedLog: plane.revokedLog, now }) };
      expect(await outcomes([plane.operator, other], accountId)).toEqual({ created: 1, destination_limit_exceeded: parallel - 1 });
      expect(await listLiveDestinations(store.read, accountId)).toHaveLength(1);
    });
  }
});
