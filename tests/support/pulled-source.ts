/** A source that is pulled, with what a catalog tells of it; made in the store, whatever types the API takes. */
import { singerCatalog } from '../../contract/singer-catalog.ts';
import { discoverStreams, type Discovery } from '../../src/domain/stream/discover.ts';
import { insertSource } from '../../src/store/queries/source.ts';
import { nextId } from '../../src/store/queries/sequence.ts';
import type { ControlPlane } from './control-plane.ts';
import { sourceRow } from './store-rows.ts';

/** Inserts a source of an account and returns its id. */
export function insertPulledSource({ parts }: ControlPlane, accountId: number, type = 'platform.hp-postgres'): Promise<number> {
  return parts.store.transaction(async (tx) => {
    const id = await nextId(tx, 'connection');
    await insertSource(tx, { ...sourceRow(id, accountId), type, destination_id: null });
    return id;
  });
}

/** Takes a catalog as the newest discovery of a source. */
export function discover({ operator }: ControlPlane, accountId: number, sourceId: number, catalog: unknown): Promise<Discovery> {
  return discoverStreams(operator, accountId, sourceId, singerCatalog.parse(catalog));
}

const text = { type: ['null', 'string'] };
const field = (name: string, metadata: object): object => ({ breadcrumb: ['properties', name], metadata });

/** A table, a view and a stream whose tap forces its replication, as real taps print them. */
export const shopCatalog = {
  streams: [
    {
      tap_stream_id: 'shop-public-orders',
      stream: 'orders',
      table_name: 'orders',
      schema: {
        type: 'object',
        properties: {
          id: { type: ['integer'] },
          note: { ...text, description: 'what the "customer" said' },
          updated_at: { type: ['null', 'string'], format: 'date-time' },
          shape: {},
          discount: { type: ['null', 'number'] },
        },
      },
      metadata: [
        {
          breadcrumb: [],
          metadata: { 'table-key-properties': ['id'], 'schema-name': 'public', 'database-name': 'shop', 'row-count': 12, 'is-view': false },
        },
        field('id', { inclusion: 'automatic', 'selected-by-default': true, 'sql-datatype': 'bigint' }),
        field('note', { inclusion: 'available', 'selected-by-default': true, 'sql-datatype': 'text' }),
        field('updated_at', { inclusion: 'available', 'selected-by-default': true, 'sql-datatype': 'timestamp without time zone' }),
        field('shape', { inclusion: 'unsupported', 'selected-by-default': false, 'sql-datatype': 'polygon' }),
      ],
    },
    {
      tap_stream_id: 'shop-public-totals',
      stream: 'totals',
      schema: { type: 'object', properties: { day: text, total: { type: ['null', 'integer'] } } },
      metadata: [
        { breadcrumb: [], metadata: { 'table-key-properties': [], 'is-view': true } },
        field('day', { inclusion: 'available' }),
        field('total', { inclusion: 'available' }),
      ],
    },
    {
      tap_stream_id: 'contacts',
      stream: 'contacts',
      key_properties: ['vid'],
      schema: { type: 'object', properties: { vid: { type: ['integer'] }, versionTimestamp: text } },
      metadata: [
        {
          breadcrumb: [],
          metadata: { selected: true, 'forced-replication-method': 'INCREMENTAL', 'valid-replication-keys': ['versionTimestamp'] },
        },
        field('vid', { inclusion: 'automatic' }),
      ],
    },
  ],
};
