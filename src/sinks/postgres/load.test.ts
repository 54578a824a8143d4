import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { createSchema, firstItems, items, itemsKey, lines, sorted } from '../../../tests/support/sink-fixture.ts';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { PlanInput, TableInput } from '../../../tests/support/sink-plans.ts';
import { startTcpProxy } from '../../../tests/support/tcp-proxy.ts';
import { DestinationUnusableError, LedgerMismatchError, TableStoppedError, TransientError } from '../errors.ts';
import type { LoadPlan, LoadResult } from '../sink.ts';
import { createPostgresSink } from './postgres-sink.ts';

let server: PostgresServer;
let destination: PostgresDestination;
let position: number;
beforeAll(async () => void (server = await startPostgres()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  destination = await createDestination(server, { lockTimeoutMs: 200 });
  position = 0;
});
afterEach(() => destination.dispose());

function nextPlan(input: Omit<PlanInput, 'expected' | 'position'>): LoadPlan {
  return loadPlan({ root: 'items', ...input, expected: position === 0 ? undefined : position, position: position + 1 });
}

async function load(input: Omit<PlanInput, 'expected' | 'position'>): Promise<LoadResult> {
  const result = await destination.sink.load(nextPlan(input));
  position += 1;
  return result;
}

const loadFirst = (): Promise<LoadResult> => load({ ddl: [createSchema, createTable(firstItems)], tables: [firstItems] });
const read = async (table = 'items'): Promise<string[] | undefined> => sorted(await destination.readTable('shop', table));
const addColumn = { kind: 'add-column', table: 'items', column: { name: 'more', type: 'string' } } as const;

describe('locks', () => {
  it('held by a long reader fail a schema change soon, name the reader, and let other readers pass', async () => {
    await loadFirst();
    const reader = await openSession('BEGIN; SELECT * FROM shop.items');
    const started = performance.now();
    const failure = load({ ddl: [addColumn], tables: [items([3n, 'c', 1n])] });
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow(/lock timeout: held by process \d+ on items \(user postgres, long report\b/);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await read()).toHaveLength(2);
    await reader.end();
    await load({ ddl: [addColumn], tables: [items([3n, 'c', 1n])] });
    expect(await read()).toHaveLength(3);
  });

  it('of a reader are no obstacle to loads without schema changes', async () => {
    await loadFirst();
    const reader = await openSession('BEGIN; SELECT * FROM shop.items');
    await load({ tables: [items([1n, 'new', 99n])] });
    await reader.end();
    expect(await read()).toContain('{"_sdc_sequence":"99","id":"1","name":"new"}');
  });

  it('on a row that somebody changes are waited for, and no longer than allowed', async () => {
    await loadFirst();
    const writer = await openSession(`BEGIN; UPDATE shop.items SET name = 'mine' WHERE id = 1`);
    await expect(load({ tables: [items([1n, 'new', 99n])] })).rejects.toThrow(TransientError);
    await writer.end();
    await load({ tables: [items([1n, 'new', 99n])] });
  });
});

describe('a connection cut at COMMIT', () => {
  const isCommit = (bytes: Buffer): boolean => bytes.includes('COMMIT\0');

  async function loadThroughCut(when: 'before' | 'after'): Promise<{ result: Promise<LoadResult>; plan: LoadPlan }> {
    await loadFirst();
    const proxy = await startTcpProxy(server);
    const { connection } = destination.options;
    const sink = createPostgresSink({ ...destination.options, connection: { ...connection, port: proxy.port } });
    onTestFinished(async () => {
      await sink.close();
      await proxy.close();
    });
    proxy.cutAt(isCommit, when);
    const plan = nextPlan({ tables: [items([3n, 'c', 12n])] });
    return { result: sink.load(plan), plan };
  }

  it('that the server carried out is a load done', async () => {
    const { result } = await loadThroughCut('after');
    expect(await result).toEqual({ loaded: { items: 1 }, superseded: 0 });
    expect(await read()).toHaveLength(3);
    expect((await destination.sink.readLedger(itemsKey))?.position).toBe(2);
  });

  it('that the server never got is a load to repeat', async () => {
    const { result, plan } = await loadThroughCut('before');
    await expect(result).rejects.toThrow(TransientError);
    await expect
      .poll(() =>
        destination.sink.readLedger(itemsKey).then(
          (entry) => entry?.position,
          () => undefined,
        ),
      )
      .toBe(1);
    expect(await read()).toHaveLength(2);
    await destination.sink.load(plan);
    expect(await read()).toHaveLength(3);
  });

  it('is not judged while the old transaction may still commit', async () => {
    await loadFirst();
    // Another session is in the middle of this stream's next load.
    const rival = nextPlan({ tables: [items([4n, 'd', 12n])] });
    const blocker = await openSession('BEGIN; LOCK TABLE shop.items IN ACCESS EXCLUSIVE MODE');
    const slow = createPostgresSink({ ...destination.options, lockTimeoutMs: 30_000 });
    const loading = slow.load(rival);
    await expect.poll(() => destination.query(`SELECT 1 FROM pg_locks WHERE NOT granted`)).toHaveLength(1);
    await expect(destination.sink.readLedger(itemsKey)).rejects.toThrow(TransientError);
    const patient = slow.readLedger(itemsKey);
    await blocker.end();
    expect((await patient)?.position).toBe(2);
    await loading;
    await expect(destination.sink.load(rival)).rejects.toThrow(LedgerMismatchError);
    await slow.close();
  });
});

describe('what the owner took away', () => {
  it('permission on one table stops the table', async () => {
    await loadFirst();
    await destination.query('ALTER TABLE shop.items OWNER TO postgres');
    onTestFinished(async () => void (await destination.query('DROP SCHEMA IF EXISTS shop CASCADE')));
    await expect(load({ tables: [items([3n, 'c', 1n])] })).rejects.toThrow(TableStoppedError);
    await expect(load({ tables: [items([3n, 'c', 1n])] })).rejects.toThrow('permission denied for table items');
  });

  it('permission on the schema makes the destination unusable', async () => {
    await loadFirst();
    await destination.query('ALTER SCHEMA shop OWNER TO postgres');
    onTestFinished(async () => void (await destination.query('DROP SCHEMA shop CASCADE')));
    const plan = { ddl: [createTable({ ...firstItems, table: 'more' })], tables: [items([3n, 'c', 1n])] };
    await expect(load(plan)).rejects.toThrow(DestinationUnusableError);
  });

  it('the primary key leaves an upsert by the known key', async () => {
    await loadFirst();
    const children = lines(
      [
        [1n, 0n, 'x', 10n],
        [2n, 0n, 'y', 10n],
      ],
      [0, 1],
    );
    await load({ ddl: [createTable(children)], tables: [items([1n, 'a', 11n], [2n, 'b', 12n]), children] });
    await destination.query('ALTER TABLE shop.items DROP CONSTRAINT items_pkey');
    const next = [
      items([1n, 'late', 5n], [2n, 'new', 20n]),
      lines(
        [
          [1n, 0n, 'late', 5n],
          [2n, 0n, 'z', 20n],
        ],
        [0, 1],
      ),
    ];
    expect(await load({ tables: next })).toEqual({ loaded: { items: 1, items__lines: 1 }, superseded: 1 });
    expect((await destination.readTable('shop', 'items'))?.map((row) => row['name']).toSorted()).toEqual(['a', 'new']);
    expect((await destination.readTable('shop', 'items__lines'))?.map((row) => row['sku']).toSorted()).toEqual(['x', 'z']);
  });

  it('a key column of a subtable stops the table', async () => {
    const children = lines([[1n, 0n, 'x', 10n]], [0]);
    await load({ ddl: [createSchema, createTable(firstItems), createTable(children)], tables: [firstItems, children] });
    await destination.query('ALTER TABLE shop.items__lines DROP COLUMN _sdc_source_key_id');
    await expect(load({ tables: [items([1n, 'new', 20n])] })).rejects.toThrow('Column _sdc_source_key_id of items__lines is missing.');
  });
});

describe('what the owner added', () => {
  it('columns with defaults and generated ones go on, and are no obstacle', async () => {
    await loadFirst();
    await destination.query(
      `ALTER TABLE shop.items ADD COLUMN mine text NOT NULL DEFAULT 'mine', ADD COLUMN upper text GENERATED ALWAYS AS (upper(name)) STORED,
         ADD COLUMN serial bigint GENERATED ALWAYS AS IDENTITY`,
    );
    const description = (await destination.sink.describe('shop')).tables.find(({ table }) => table === 'items');
    expect(description?.columns.filter(({ notNull }) => notNull).map(({ name }) => name)).toEqual(['id']);
    await load({ tables: [items([1n, 'new', 20n], [3n, 'c', 20n])] });
    expect(await destination.query('SELECT id::int, mine, upper FROM shop.items ORDER BY id')).toEqual([
      { id: 1, mine: 'mine', upper: 'NEW' },
      { id: 2, mine: 'mine', upper: 'B' },
      { id: 3, mine: 'mine', upper: 'C' },
    ]);
  });

  it('a unique index on other columns stops the table instead of losing rows', async () => {
    await loadFirst();
    await destination.query('CREATE UNIQUE INDEX ON shop.items (name)');
    const failure = load({ tables: [items([3n, 'a', 20n])] });
    await expect(failure).rejects.toThrow(TableStoppedError);
    await expect(failure).rejects.toThrow('items_name_idx');
    expect(await read()).toHaveLength(2);
  });

  it('a view in the place of a table stops the table', async () => {
    await load({ ddl: [createSchema] });
    await destination.query('CREATE VIEW shop.items AS SELECT 1 AS id');
    await expect(load({ ddl: [createTable(firstItems)], tables: [firstItems] })).rejects.toThrow('Table items cannot be made');
    await destination.query('DROP VIEW shop.items');
  });

  it('timestamps with a zone take the same instants', async () => {
    const dated = (sequence: bigint, micros: bigint): TableInput => ({
      ...firstItems,
      columns: [
        ['id', 'bigint'],
        ['at', 'date'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: [[sequence, micros, sequence]],
    });
    await load({ ddl: [createSchema, createTable(dated(1n, 0n))], tables: [dated(1n, 1_704_164_645_123_456n)] });
    await destination.query(`SET TimeZone = 'UTC'; ALTER TABLE shop.items ALTER at TYPE timestamptz`);
    await load({ tables: [dated(2n, 1_704_164_645_123_456n)] });
    expect(await destination.query('SELECT DISTINCT extract(epoch FROM at)::text AS at FROM shop.items')).toEqual([
      { at: '1704164645.123456' },
    ]);
  });
});

describe('tables at the limits', () => {
  it('have 1,600 columns, dropped ones counted, and no more', async () => {
    const wide: TableInput = {
      ...firstItems,
      columns: [...firstItems.columns, ...Array.from({ length: 1597 }, (_, index) => [`c${index}`, 'boolean'] as const)],
      rows: [[1n, 'a', 1n, ...Array.from({ length: 1597 }, () => true)]],
    };
    await load({ ddl: [createSchema, createTable(wide)], tables: [wide] });
    await load({ tables: [{ ...wide, rows: [[1n, 'b', 2n, ...Array.from({ length: 1597 }, () => false)]] }] });
    expect(await destination.query('SELECT name, c1596 FROM shop.items')).toEqual([{ name: 'b', c1596: false }]);
    await destination.query('ALTER TABLE shop.items DROP COLUMN c0, DROP COLUMN c1');
    const description = (await destination.sink.describe('shop')).tables.find(({ table }) => table === 'items');
    expect([description?.columns.length, description?.droppedColumns]).toEqual([1598, 2]);
    await expect(load({ ddl: [addColumn], tables: [items([3n, 'c', 3n])] })).rejects.toThrow(TableStoppedError);
  });

  it('are staged even when their columns change so much that the staging table has no room for more', async () => {
    const names = Array.from({ length: 700 }, (_, index) => `c${index}`);
    for (const [type, value] of [
      ['bigint', 7n],
      ['string', 'x'],
      ['boolean', true],
    ] as const) {
      const wide: TableInput = {
        ...firstItems,
        columns: [...firstItems.columns, ...names.map((name) => [name, type] as const)],
        rows: [[1n, type, 1n, ...names.map((_, index) => (index % 70 === 0 ? value : null))]],
      };
      await load({ ddl: [createSchema, createTable(wide)], tables: [wide] });
      expect(await destination.query('SELECT name, c699::text, c630::text FROM shop.items')).toEqual([
        { name: type, c699: null, c630: String(value) },
      ]);
      await destination.query('DROP TABLE shop.items');
    }
  });

  it('names of 63 bytes, and keys whose names take 59, work together with their subtables', async () => {
    const key = 'k'.repeat(59);
    const table = `${'t'.repeat(59)}é_a`;
    const root: TableInput = {
      table,
      keyColumns: [key],
      columns: [
        [key, 'string'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: [['one', 1n]],
    };
    const source = destination.sink.sheet.shortenName(`_sdc_source_key_${key}`);
    const children = (sku: string, sequence: bigint): TableInput => ({
      table: 'children',
      path: ['children'],
      keyColumns: [source],
      columns: [
        [source, 'string'],
        ['_sdc_level_0_id', 'bigint'],
        ['sku', 'string'],
      ],
      rows: [['one', 0n, sku + sequence]],
      rootRow: [0],
    });
    await load({ root: table, ddl: [createSchema, createTable(root), createTable(children('x', 1n))], tables: [root, children('x', 1n)] });
    position = 0;
    const again = loadPlan({ root: table, expected: 1, position: 2, tables: [{ ...root, rows: [['one', 2n]] }, children('y', 2n)] });
    await destination.sink.load(again);
    expect(await destination.query('SELECT sku FROM shop.children')).toEqual([{ sku: 'y2' }]);
    const [{ conname } = {}] = await destination.query(
      `SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = 'shop."${table}"'::regclass`,
    );
    expect(conname).toMatch(/^t+_pkey$/);
  });

  it('a root name longer than an index entry still has its row in the ledger', async () => {
    const root = Array.from({ length: 4000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join('');
    await load({ root, ddl: [createSchema], rejects: [{ table: 'x', reason: 'Table name is too long', record: '{}' }] });
    expect((await destination.sink.readLedger({ ...itemsKey, root }))?.position).toBe(1);
  });
});

it('creates timestamps with a zone when it is told so', async () => {
  const zoned = createPostgresSink({ ...destination.options, timestamps: 'with-zone' });
  await zoned.load(nextPlan({ ddl: [createSchema], rejects: [{ table: 'x', reason: 'r', record: '{}' }] }));
  await zoned.close();
  const [row] = await destination.query(`SELECT _sdc_rejected_at, pg_typeof(_sdc_rejected_at)::text AS type FROM shop._sdc_rejected`);
  expect([row?.['type'], row?.['_sdc_rejected_at']]).toEqual(['timestamp with time zone', new Date('2024-05-01T10:20:30.456Z')]);
});

it('calls a COPY off when a value cannot be sent, and goes on over the same connection', async () => {
  await loadFirst();
  const priced = (price: string): TableInput => ({
    ...firstItems,
    columns: [...firstItems.columns, ['price', 'number']],
    rows: Array.from({ length: 5000 }, (_, index) => [BigInt(index), 'x', 50n, index === 4999 ? price : '1.5']),
  });
  const ddl = [{ kind: 'add-column', table: 'items', column: { name: 'price', type: 'number' } }] as const;
  await expect(load({ ddl, tables: [priced('none')] })).rejects.toThrow('Column price holds a decimal that should have been rejected.');
  const sessions = async (): Promise<unknown> =>
    server.query(`SELECT pid FROM pg_stat_activity WHERE application_name = 'thimble' ORDER BY pid`);
  const before = await sessions();
  expect(before).toHaveLength(1);
  await load({ ddl, tables: [priced('2.5')] });
  expect(await sessions()).toEqual(before);
  expect(await read()).toHaveLength(5000);
});

it('keeps nothing in its staging tables between loads, nor takes anything from a load that failed', async () => {
  const children = lines([[1n, 0n, 'x', 10n]], [0]);
  await load({ ddl: [createSchema, createTable(firstItems), createTable(children)], tables: [firstItems, children] });
  await expect(load({ tables: [items([3n, 'c', 1n]), { ...children, table: 'missing' }] })).rejects.toThrow(TableStoppedError);
  await load({ tables: [items([4n, 'd', 1n])] });
  expect((await destination.readTable('shop', 'items'))?.map((row) => row['name']).toSorted()).toEqual(['a', 'b', 'd']);
  const stages = await destination.query(
    `SELECT relpersistence, pg_relation_size(oid)::int AS bytes FROM pg_class WHERE relname LIKE 'stage\\_%' AND relkind = 'r'`,
  );
  expect(stages).toEqual([
    { relpersistence: 'u', bytes: 0 },
    { relpersistence: 'u', bytes: 0 },
  ]);
});

interface Session {
  end(): Promise<void>;
}

/** A session of somebody else that has run statements and stays. */
async function openSession(sql: string): Promise<Session> {
  const client = new Client({ connectionString: server.url(destination.database), application_name: 'long report' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(sql);
  return { end: () => client.end() };
}
