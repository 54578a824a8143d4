import { describe, expect, it } from 'vitest';
import { streamRoutes } from '../../../contract/connect-api/streams.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { discover, insertPulledSource, shopCatalog } from '../../../tests/support/pulled-source.ts';
import { readStreamProgress } from '../../domain/stream/progress.ts';

const orders = 'shop-public-orders';

interface Shop {
  readonly server: ConnectServer;
  readonly sourceId: number;
  readonly path: string;
  /** Sends entries of one stream. */
  write(tapStreamId: unknown, ...metadata: { breadcrumb: string[]; metadata: object }[]): ReturnType<ConnectServer['call']>;
  list(): Promise<readonly { stream_id: number; tap_stream_id: string; selected: boolean | null; metadata: Record<string, unknown> }[]>;
  idOf(tapStreamId: string): Promise<number>;
}

async function createShop(catalog: unknown = shopCatalog): Promise<Shop> {
  const server = await createConnectServer();
  const sourceId = await insertPulledSource(server.plane, server.accountId);
  await discover(server.plane, server.accountId, sourceId, catalog);
  const path = `/v4/sources/${sourceId}/streams`;
  const list: Shop['list'] = async () => streamRoutes.listStreams.response.parse((await server.call('GET', path)).body);
  return {
    server,
    sourceId,
    path,
    write: (tapStreamId, ...metadata) => server.call('PUT', `${path}/metadata`, { streams: [{ tap_stream_id: tapStreamId, metadata }] }),
    list,
    idOf: async (tapStreamId) => (await list()).find((stream) => stream.tap_stream_id === tapStreamId)?.stream_id ?? 0,
  };
}

const ofStream = (metadata: object): { breadcrumb: string[]; metadata: object } => ({ breadcrumb: [], metadata });
const ofField = (name: string, metadata: object): { breadcrumb: string[]; metadata: object } => ({
  breadcrumb: ['properties', name],
  metadata,
});

describe('GET streams', () => {
  it('answers none before the first discovery', async () => {
    const server = await createConnectServer();
    const sourceId = await insertPulledSource(server.plane, server.accountId);
    expect(await server.call('GET', `/v4/sources/${sourceId}/streams`)).toMatchObject({ status: 200, body: [] });
  });

  it('lists what discovery found by tap_stream_id, nothing selected yet', async () => {
    const { list } = await createShop();
    const streams = await list();
    expect(streams.map((stream) => [stream.tap_stream_id, stream.selected, stream.metadata['selected']])).toEqual([
      ['contacts', null, null],
      [orders, null, null],
      ['shop-public-totals', null, null],
    ]);
    expect(streams[1]).toEqual({
      stream_id: expect.any(Number),
      tap_stream_id: orders,
      stream_name: 'orders',
      selected: null,
      metadata: {
        selected: null,
        'table-key-properties': ['id'],
        'schema-name': 'public',
        'database-name': 'shop',
        'row-count': 12,
        'is-view': false,
      },
    });
    expect(streams[0]?.metadata['table-key-properties']).toEqual(['vid']);
  });

  it('answers a stream with its schema as text and an entry for every field', async () => {
    const { server, path, idOf } = await createShop();
    const { status, body } = await server.call('GET', `${path}/${await idOf(orders)}`);
    expect(status).toBe(200);
    const stream = streamRoutes.getStream.response.parse(body);
    expect(stream['non-discoverable-metadata-keys']).toEqual(['selected', 'replication-method', 'replication-key', 'view-key-properties']);
    expect(stream.metadata.map(({ breadcrumb }) => breadcrumb)).toEqual([
      [],
      ...['id', 'note', 'updated_at', 'shape', 'discount'].map((name) => ['properties', name]),
    ]);
    expect(stream.metadata.every(({ metadata }) => metadata.selected === null)).toBe(true);
    // A client strips every backslash before it parses the schema (§7.2).
    expect(JSON.parse(stream.schema.replaceAll('\\', ''))).toMatchObject({
      type: 'object',
      properties: { id: { type: ['integer'] }, note: { type: ['null', 'string'] } },
    });
  });

  it('answers a bare string for an unknown source or stream, another account included', async () => {
    const { server, path, sourceId, idOf } = await createShop();
    const id = await idOf(orders);
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    for (const [asked, headers] of [
      ['/v4/sources/999999/streams', {}],
      ['/v4/sources/99999999999999999999/streams', {}],
      [`/v4/sources/999999/streams/${id}`, {}],
      [`${path}/999999`, {}],
      [path, foreign],
      [`${path}/${id}`, foreign],
    ] as const) {
      expect(await server.call('GET', asked, undefined, headers)).toMatchObject({ status: 400, body: expect.any(String) });
    }
    expect(await server.call('GET', `/v4/sources/${sourceId}/streams/abc`)).toMatchObject({ status: 404 });
    expect(await server.call('POST', path, {})).toMatchObject({ status: 404, body: { error: 'NotFound' } });
  });
});

describe('connect-api.md §14.9: PUT streams/metadata', () => {
  it('answers exactly {"status":200} and merges by key', async () => {
    const { server, path, write, list, idOf } = await createShop();
    const written = await write(
      orders,
      ofStream({ selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'updated_at' }),
      ofField('note', { selected: 'false' }),
    );
    expect(written).toMatchObject({ status: 200 });
    expect(written.body).toEqual({ status: 200 });
    await write(orders, ofField('discount', { selected: true }));
    const stream = (await list())[1];
    expect(stream).toMatchObject({
      selected: true,
      metadata: { selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'updated_at', 'row-count': 12 },
    });
    const { body } = await server.call('GET', `${path}/${await idOf(orders)}`);
    const fields = streamRoutes.getStream.response.parse(body).metadata;
    expect(fields.map(({ breadcrumb, metadata }) => [breadcrumb.at(1), metadata.selected])).toEqual([
      [undefined, true],
      ['id', null],
      ['note', false],
      ['updated_at', null],
      ['shape', null],
      ['discount', true],
    ]);
  });

  it.each([
    ['no body', undefined],
    ['an empty body', {}],
    ['a list', []],
    ['garbage', '{"streams":'],
    ['no metadata', { streams: [{ tap_stream_id: orders }] }],
    ['no breadcrumb', { streams: [{ tap_stream_id: orders, metadata: [{ metadata: { selected: true } }] }] }],
    ['no metadata in an entry', { streams: [{ tap_stream_id: orders, metadata: [{ breadcrumb: [] }] }] }],
    ['streams that are no list', { streams: { tap_stream_id: orders } }],
    ['a key more', { streams: [], tables: [] }],
    ['a prototype', '{"__proto__":{"streams":[]}}'],
  ])('answers a bare string to %s', async (_what, body) => {
    const { server, path } = await createShop();
    expect(await server.call('PUT', `${path}/metadata`, body)).toMatchObject({ status: 400, body: expect.any(String) });
  });

  it('lists the ids a source does not have, a missing one as nil', async () => {
    const { server, path, write } = await createShop();
    expect(await server.call('PUT', `${path}/metadata`, { streams: [{ metadata: [ofStream({ selected: true })] }] })).toMatchObject({
      status: 400,
      body: { invalid_fields: expect.stringContaining('[nil]') },
    });
    expect(await write('nobody', ofStream({ selected: true }))).toMatchObject({
      status: 400,
      body: { invalid_fields: expect.stringContaining('[nobody]') },
    });
    expect(await write(7, ofStream({ selected: true }))).toMatchObject({ status: 400, body: { invalid_fields: expect.any(String) } });
  });

  it.each([
    ['a read-only key', orders, ofStream({ 'row-count': 1 }), 'row-count'],
    ['an unknown key', orders, ofStream({ colour: 'red' }), 'colour'],
    ['a key of a stream on a field', orders, ofField('note', { 'replication-method': 'FULL_TABLE' }), 'replication-method'],
    ['a prototype', orders, { breadcrumb: [], metadata: JSON.parse('{"__proto__":true}') as object }, '__proto__'],
    ['an unsupported field', orders, ofField('shape', { selected: true }), 'shape'],
    ['an unknown field', orders, ofField('colour', { selected: true }), 'colour'],
    ['a field called like a part of every object', orders, ofField('constructor', { selected: true }), 'constructor'],
    ['a deeper breadcrumb', orders, { breadcrumb: ['properties', 'note', 'properties', 'x'], metadata: { selected: true } }, 'breadcrumb'],
    ['a selection of another type', orders, ofStream({ selected: 1 }), 'selected'],
    ['a selection taken back', orders, ofStream({ selected: null }), 'selected'],
    ['an unknown method', orders, ofStream({ 'replication-method': 'updated_at' }), 'replication-method'],
    ['INCREMENTAL without a key', orders, ofStream({ 'replication-method': 'INCREMENTAL' }), 'replication-key'],
    ['a key that does not grow', orders, ofStream({ 'replication-method': 'INCREMENTAL', 'replication-key': 'note' }), 'replication-key'],
    ['a key that is no field', orders, ofStream({ 'replication-key': 'colour' }), 'replication-key'],
    ['another method than the forced one', 'contacts', ofStream({ 'replication-method': 'FULL_TABLE' }), 'INCREMENTAL'],
    ['a key that is not valid', 'contacts', ofStream({ 'replication-key': 'vid' }), 'versionTimestamp'],
    [
      'a view without its key',
      'shop-public-totals',
      ofStream({ selected: true, 'replication-method': 'FULL_TABLE' }),
      'view-key-properties',
    ],
    ['a view by its log', 'shop-public-totals', ofStream({ 'replication-method': 'LOG_BASED' }), 'LOG_BASED'],
    ['a key of a view on a table', orders, ofStream({ 'view-key-properties': ['id'] }), 'view-key-properties'],
    ['a key of a view that it lacks', 'shop-public-totals', ofStream({ 'view-key-properties': ['colour'] }), 'colour'],
  ])('refuses %s and says which', async (_what, tapStreamId, entry, named) => {
    const { write, list } = await createShop();
    const before = await list();
    expect(await write(tapStreamId, entry)).toMatchObject({ status: 400, body: { invalid_fields: expect.stringContaining(named) } });
    expect(await list()).toEqual(before);
  });

  it.each([
    ['nothing at all', orders],
    ['a table by its log', orders, ofStream({ selected: true, 'replication-method': 'LOG_BASED' })],
    ['a table by a number', orders, ofStream({ 'replication-method': 'INCREMENTAL', 'replication-key': 'id' })],
    [
      'a view with its key',
      'shop-public-totals',
      ofStream({ selected: true, 'replication-method': 'FULL_TABLE', 'view-key-properties': ['day'] }),
    ],
    ['a forced method without saying its key', 'contacts', ofStream({ selected: true })],
    [
      'a forced method and key that are said',
      'contacts',
      ofStream({ 'replication-method': 'INCREMENTAL', 'replication-key': 'versionTimestamp' }),
    ],
    ['an unsupported field that is not selected', orders, ofField('shape', { selected: false })],
  ] as [string, string, ...ReturnType<typeof ofStream>[]][])('takes %s', async (_what, tapStreamId, ...entries) => {
    const { write } = await createShop();
    expect(await write(tapStreamId, ...entries)).toMatchObject({ status: 200, body: { status: 200 } });
  });

  it('changes all streams of a body or none, and ignores what generated clients send along', async () => {
    const { server, path, list } = await createShop();
    const good = { tap_stream_id: 'contacts', stream_id: 1, selected: null, stream_name: 'x', metadata: [ofStream({ selected: true })] };
    const bad = { tap_stream_id: orders, metadata: [ofStream({ 'row-count': 1 })] };
    expect((await server.call('PUT', `${path}/metadata`, { streams: [good, bad] })).status).toBe(400);
    expect((await list()).map(({ selected }) => selected)).toEqual([null, null, null]);
    expect((await server.call('PUT', `${path}/metadata`, { streams: [good] })).status).toBe(200);
    expect((await list()).map(({ selected }) => selected)).toEqual([true, null, null]);
  });

  it('refuses sources that are deleted, unknown or of another account', async () => {
    const { server, path, sourceId } = await createShop();
    const body = { streams: [{ tap_stream_id: orders, metadata: [ofStream({ selected: true })] }] };
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect(await server.call('PUT', `${path}/metadata`, body, foreign)).toMatchObject({ status: 400, body: expect.any(String) });
    expect(await server.call('PUT', '/v4/sources/999999/streams/metadata', body)).toMatchObject({ status: 400, body: expect.any(String) });
    await server.plane.parts.store.transaction((tx) =>
      tx.updateTable('connection_source').set({ deleted_at: 2 }).where('id', '=', sourceId).execute(),
    );
    expect(await server.call('PUT', `${path}/metadata`, body)).toMatchObject({ status: 400, body: expect.any(String) });
  });
});

describe('a discovery', () => {
  it('keeps ids and what was written, also over one that did not find the stream', async () => {
    const { server, sourceId, list, write, idOf } = await createShop();
    const id = await idOf(orders);
    await write(orders, ofStream({ selected: true }), ofField('note', { selected: false }));
    const [table, ...others] = shopCatalog.streams;
    const without = await discover(server.plane, server.accountId, sourceId, { streams: others });
    expect(without).toEqual({ found: 2, added: 0, gone: 1 });
    expect((await list()).map((stream) => stream.tap_stream_id)).not.toContain(orders);
    expect(await write(orders, ofStream({ selected: true }))).toMatchObject({ status: 400, body: { invalid_fields: expect.any(String) } });
    const more = { streams: [{ ...table, stream: 'renamed' }, ...others] };
    expect(await discover(server.plane, server.accountId, sourceId, more)).toEqual({ found: 3, added: 0, gone: 0 });
    expect((await list())[1]).toMatchObject({ stream_id: id, stream_name: 'renamed', selected: true, metadata: { selected: true } });
  });

  it('tells how far the choice of streams is', async () => {
    const { server, sourceId, write } = await createShop();
    const progress = (): ReturnType<typeof readStreamProgress> => readStreamProgress(server.plane.parts.store.read, sourceId);
    expect(await progress()).toEqual({ discovered: true, selected: false });
    // No field of the view is automatic or selected by default.
    await write('shop-public-totals', ofStream({ selected: true, 'view-key-properties': ['day'] }));
    expect(await progress()).toEqual({ discovered: true, selected: false });
    await write('shop-public-totals', ofField('day', { selected: true }));
    expect(await progress()).toEqual({ discovered: true, selected: true });
    await write('shop-public-totals', ofStream({ selected: false }));
    expect(await progress()).toEqual({ discovered: true, selected: false });
  });

  it('is refused for sources that are sent data, and for an id used twice', async () => {
    const { server, sourceId } = await createShop();
    const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Pushed' });
    const { id } = body as { id: number };
    await expect(discover(server.plane, server.accountId, id, shopCatalog)).rejects.toMatchObject({ code: 'invalid_type' });
    const [table] = shopCatalog.streams;
    await expect(discover(server.plane, server.accountId, sourceId, { streams: [table, table] })).rejects.toMatchObject({
      code: 'invalid_body',
    });
  });

  it('takes a catalog of thousands of streams and keeps fields named like parts of objects', async () => {
    const properties = JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"integer"}}') as object;
    const streams = Array.from({ length: 2000 }, (_, n) => ({ tap_stream_id: `s${n}`, schema: { type: 'object', properties } }));
    const { server, path, list, write } = await createShop({ streams });
    const found = await list();
    expect(found).toHaveLength(2000);
    expect(await write('s7', ofStream({ selected: true }), ofField('__proto__', { selected: true }))).toMatchObject({ status: 200 });
    const { body } = await server.call('GET', `${path}/${found.find(({ tap_stream_id: id }) => id === 's7')?.stream_id}`);
    expect(body).toMatchObject({
      metadata: [
        { breadcrumb: [], metadata: { selected: true } },
        { breadcrumb: ['properties', '__proto__'], metadata: { selected: true } },
        { breadcrumb: ['properties', 'constructor'], metadata: { selected: null } },
      ],
    });
  });
});
