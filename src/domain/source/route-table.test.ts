import { describe, expect, it } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { createChanges } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { createDestination } from '../destination/create.ts';
import { deleteDestination } from '../destination/delete.ts';
import { createDestinationOpener } from '../destination/open.ts';
import { updateDestination } from '../destination/update.ts';
import { createSource } from './create.ts';
import { deleteSource } from './delete.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import { updateSource } from './update.ts';

const postgres = {
  type: 'postgres',
  properties: {
    host: 'wh.example.test',
    port: 5432,
    database: 'rep',
    username: 'loader',
    password: 'pw',
    ssl: true,
    encryption_type: 'none',
  },
};

function tableOf(plane: ControlPlane): { routes: RouteTable; ctx: DomainContext; unreadable: number[] } {
  const unreadable: number[] = [];
  const opener = createDestinationOpener({ sealer: plane.parts.sealer, warehouseDirectory: '/data/warehouses' });
  const routes = createRouteTable({
    store: plane.parts.store,
    opener,
    now: plane.parts.now,
    onUnreadable: (id) => void unreadable.push(id),
  });
  const changes = createChanges({
    ...plane.parts,
    revokedLog: plane.revokedLog,
    onSourcesChanged: (ids) => routes.refresh(ids),
    onDestinationsChanged: (ids) => routes.refreshDestinations(ids),
  });
  return { routes, ctx: { ...plane.operator, changes }, unreadable };
}

describe('the route table', () => {
  it('follows creation, re-mapping, pause and deletion before their callers are answered', async () => {
    const plane = await createControlPlane();
    const { accountId, destinationId } = await plane.account();
    const { routes, ctx } = tableOf(plane);
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
    expect(routes.find(source.id)).toEqual({ ...route, binding: 2 });
    await updateSource(ctx, accountId, source.id, { destination_id: destinationId });
    expect(routes.find(source.id)).toEqual({ ...route, binding: 2 });
    await updateSource(ctx, accountId, source.id, { properties: { schema_drift: 'widen', on_delete: 'hard' } });
    expect(routes.find(source.id)).toEqual({ ...route, binding: 2, settings: { schemaDrift: 'widen', onDelete: 'hard' } });
    await updateSource(ctx, accountId, source.id, { properties: { schema_drift: null } });
    await deleteSource(ctx, accountId, source.id);
    expect(routes.find(source.id)).toEqual({ ...route, binding: 2, settings: { schemaDrift: 'split', onDelete: 'hard' } });
  });

  it('has the opened credentials of a PostgreSQL destination, and follows its changes', async () => {
    const plane = await createControlPlane();
    const { accountId, destinationId: warehouse } = await plane.account();
    const { routes, ctx } = tableOf(plane);
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop' });
    const { row } = await createDestination(ctx, accountId, postgres);
    expect(routes.find(source.id)?.destination.id).toBe(warehouse);
    await updateSource(ctx, accountId, source.id, { destination_id: row.id });
    const connection = { host: 'wh.example.test', port: 5432, database: 'rep', user: 'loader', password: 'pw', tls: 'require' };
    expect(routes.find(source.id)).toMatchObject({ binding: 1, destination: { id: row.id, kind: 'postgres', connection } });
    await updateDestination(ctx, accountId, row.id, { properties: { password: 'new', ssl: 'false' } });
    expect(routes.find(source.id)).toMatchObject({
      binding: 1,
      destination: { connection: { ...connection, password: 'new', tls: 'disable' } },
    });
    const sslrootcert = '-----BEGIN CERTIFICATE-----\nx';
    await updateDestination(ctx, accountId, row.id, { properties: { ssl: 'true', sslrootcert } });
    expect(routes.find(source.id)?.destination).toMatchObject({ connection: { tls: 'verify-full', rootCertificate: sslrootcert } });
    await deleteDestination(ctx, accountId, row.id);
    expect(routes.find(source.id)).toBeUndefined();
    const { row: next } = await createDestination(ctx, accountId, postgres);
    expect(routes.find(source.id)).toMatchObject({ binding: 3, destination: { id: next.id } });
  });

  it('has no route into a destination that lacks a property, and one as soon as it has it', async () => {
    const plane = await createControlPlane();
    const { accountId, destinationId } = await plane.account();
    const { routes, ctx } = tableOf(plane);
    await deleteDestination(ctx, accountId, destinationId);
    const { password, ...rest } = postgres.properties;
    const { row, check } = await createDestination(ctx, accountId, { ...postgres, properties: rest });
    expect(check).toBeUndefined();
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop' });
    expect(routes.find(source.id)).toBeUndefined();
    await updateDestination(ctx, accountId, row.id, { properties: { password } });
    expect(routes.find(source.id)).toMatchObject({ destination: { connection: { password } } });
  });

  it('has no route into a destination whose credentials were moved from another, and says so once', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const { routes, ctx, unreadable } = tableOf(plane);
    const one = await createDestination(ctx, accountId, postgres);
    const two = await createDestination(ctx, accountId, { ...postgres, properties: { ...postgres.properties, password: 'another' } });
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop', destination_id: one.row.id });
    expect(routes.find(source.id)).toBeDefined();
    await plane.parts.store.transaction(async (tx) => {
      const { sealed } = await tx
        .selectFrom('connection_secret')
        .select('sealed')
        .where('connection_id', '=', two.row.id)
        .executeTakeFirstOrThrow();
      await tx.updateTable('connection_secret').set({ sealed }).where('connection_id', '=', one.row.id).execute();
    });
    await routes.refreshDestinations([one.row.id]);
    expect(routes.find(source.id)).toBeUndefined();
    expect(unreadable).toEqual([one.row.id]);
    await updateDestination(ctx, accountId, one.row.id, { properties: { password: 'entered again' } });
    expect(routes.find(source.id)).toMatchObject({ destination: { connection: { password: 'entered again' } } });
  });

  it('reads every page at the start, and what it does not know once it is asked', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const first = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'a' });
    const { routes } = tableOf(plane);
    await routes.load();
    expect(routes.find(first.id)?.schema).toBe('a');
    const second = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'b' });
    expect(routes.find(second.id)).toBeUndefined();
    while (routes.find(second.id) === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(routes.find(second.id)?.schema).toBe('b');
    expect(routes.find(424242)).toBeUndefined();
  });
});
