import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { createChanges } from '../changes.ts';
import { createSource } from './create.ts';
import { deleteSource } from './delete.ts';
import { createRouteTable } from './route-table.ts';
import { updateSource } from './update.ts';

describe('the route table', () => {
  it('follows creation, re-mapping, pause and deletion before their callers are answered', async () => {
    const plane = await createControlPlane();
    const { accountId, destinationId } = await plane.account();
    const routes = createRouteTable({ store: plane.parts.store, warehouseDirectory: '/data/warehouses' });
    const changes = createChanges({ ...plane.parts, revokedLog: plane.revokedLog, onSourcesChanged: (ids) => routes.refresh(ids) });
    const ctx = { ...plane.operator, changes };
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop' });
    const route = {
      accountId,
      sourceId: source.id,
      schema: 'shop',
      binding: 0,
      settings: { schemaDrift: 'split', onDelete: 'soft' },
      destination: {
        id: destinationId,
        kind: 'duckdb',
        file: expect.stringMatching(/^\/data\/warehouses\/warehouse-\d+-[0-9a-f]{12}\.duckdb$/),
      },
    };
    expect(routes.find(source.id)).toEqual(route);
    await updateSource(ctx, accountId, source.id, { destination_id: null });
    expect(routes.find(source.id)).toBeUndefined();
    await updateSource(ctx, accountId, source.id, { destination_id: destinationId, paused_at: '2031-01-01' });
    expect(routes.find(source.id)).toEqual(route);
    await updateSource(ctx, accountId, source.id, { properties: { schema_drift: 'widen', on_delete: 'hard' } });
    expect(routes.find(source.id)).toEqual({ ...route, settings: { schemaDrift: 'widen', onDelete: 'hard' } });
    await updateSource(ctx, accountId, source.id, { properties: { schema_drift: null } });
    await deleteSource(ctx, accountId, source.id);
    expect(routes.find(source.id)).toEqual({ ...route, settings: { schemaDrift: 'split', onDelete: 'hard' } });
  });

  it('reads every page at the start, and what it does not know once it is asked', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const first = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'a' });
    const routes = createRouteTable({ store: plane.parts.store, warehouseDirectory: '/w' });
    await routes.load();
    expect(routes.find(first.id)?.schema).toBe('a');
    const second = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'b' });
    expect(routes.find(second.id)).toBeUndefined();
    while (routes.find(second.id) === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(routes.find(second.id)?.schema).toBe('b');
    expect(routes.find(424242)).toBeUndefined();
  });
});
