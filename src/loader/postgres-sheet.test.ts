import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, timestamp } from '../../tests/support/build-batch.ts';
import { openPostgres } from '../../tests/support/loading-postgres.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';
import type { PostgresServer } from '../../tests/support/postgres-server.ts';
import { startPostgres } from '../../tests/support/postgres-server.ts';

let server: PostgresServer;
let loading: Loading;
beforeAll(async () => void (server = await startPostgres()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (loading = await createLoading(() => openPostgres(server))));
afterEach(() => loading.close());

type Data = { readonly [key: string]: RecordValue };

async function push(keyNames: readonly string[], ...records: readonly Data[]): Promise<void> {
  await loading.push({ table: 't', keyNames, messages: records.map((data, index) => ({ sequence: BigInt(index + 1), data })) });
}

const reasons = async (): Promise<unknown[]> =>
  (await loading.rows('SELECT reason FROM shop._sdc_rejected ORDER BY record')).map(({ reason }) => reason);
const manyColumns = (count: number, value: RecordValue): Data =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, value]));

describe('what PostgreSQL cannot hold is set aside, and the rest loads (loading.md §10, §15.1)', () => {
  it('names are measured in bytes', async () => {
    const [fits, long] = [`${'é'.repeat(29)}x`, 'é'.repeat(30)];
    await push(['id'], { id: 1n, [fits]: 1n, [long]: 2n });
    expect(await loading.columns('t')).toEqual(['id', fits]);
    expect(await reasons()).toEqual([`Column name [${long}] is too long for PostgreSQL`]);
    const table = 'é'.repeat(32);
    await loading.push({ table, keyNames: ['id'], messages: [{ sequence: 1n, data: { id: 1n } }] });
    expect((await reasons()).at(-1)).toBe(`Table name [${table}] is too long for PostgreSQL`);
  });

  it('names that differ in case are two columns and two tables', async () => {
    await push(['id'], { id: 1n, A: 1n, a: 2n, x: [1n], X: [2n] });
    expect(await loading.rows('SELECT "A" AS big, a AS small FROM shop.t')).toEqual([{ big: 1, small: 2 }]);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__X', 't__x']);
  });

  it('reserved suffixes and prefixes are refused in any case', async () => {
    await push(['id'], { id: 1n, x__ST: 1n }, { id: 2n, _SDC_mine: 1n }, { id: 3n, x__Stx: 1n });
    expect(await loading.columns('t')).toEqual(['id', 'x__Stx']);
    expect(await reasons()).toEqual([
      'column names from client should not include reserved datatype suffix on x__ST',
      'column names from client should not start with a reserved prefix on _SDC_mine',
    ]);
  });

  it('the names of the columns every table has are left out, and refused as keys', async () => {
    await push(['id'], { id: 1n, ctid: 1n, xmin: 'x', Ctid: 2n });
    expect(await loading.columns('t')).toEqual(['id', 'Ctid']);
    expect(await reasons()).toEqual(['Column name [ctid] belongs to PostgreSQL; Column name [xmin] belongs to PostgreSQL']);
    await loading.push({ table: 'keyed', keyNames: ['ctid'], messages: [{ sequence: 1n, data: { ctid: 1n } }] });
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't']);
  });

  it('keys that no index entry can hold are refused', async () => {
    const random = (length: number): string =>
      Array.from({ length }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join('');
    await push(['id'], { id: random(800), tags: ['x'] }, { id: random(1000), tags: ['y'] });
    expect(await loading.rows('SELECT count(*) AS n FROM shop.t')).toEqual([{ n: 1 }]);
    expect(await reasons()).toEqual(['key too long for PostgreSQL: 3000 bytes']);
  });

  it('key names of full length keep their subtables', async () => {
    const key = 'k'.repeat(59);
    await push([key], { [key]: 1n, tags: ['x', 'y'] });
    await loading.push({ table: 't', keyNames: [key], messages: [{ sequence: 9n, data: { [key]: 1n, tags: ['z'] } }] });
    expect(await loading.rows('SELECT value FROM shop.t__tags')).toEqual([{ value: 'z' }]);
    expect((await loading.columns('t__tags'))[0]).toMatch(/^_sdc_source_key_k{38}_[0-9a-f]{8}$/);
  });

  it('rows that do not fit into a page are refused, wide tables of fewer values are not', async () => {
    await push(
      ['id'],
      { id: 1n, ...manyColumns(1500, 7n) },
      { id: 2n, ...manyColumns(950, 7n) },
      { id: 3n, ...manyColumns(310, 'x'.repeat(100)) },
    );
    expect(await loading.rows('SELECT id FROM shop.t ORDER BY id')).toEqual([{ id: 2 }, { id: 3 }]);
    expect(await reasons()).toEqual(['too many values in one row for PostgreSQL']);
    await push(['id'], { id: 4n, rows: [{ ...manyColumns(1000, 1n) }] });
    expect(await reasons()).toHaveLength(2);
  });

  it('columns beyond 1,600 are refused, dropped ones counted', async () => {
    for (let block = 0n; block < 4n; block += 1n) {
      const data = Object.fromEntries(Array.from({ length: 390 }, (_, index) => [`b${block}_${index}`, true]));
      await push(['id'], { id: block, ...data });
    }
    await loading.alter('ALTER TABLE shop.t DROP COLUMN b0_0, DROP COLUMN b0_1');
    await push(['id'], { id: 9n, ...manyColumns(33, true) }, { id: 10n, ...manyColumns(34, true) });
    expect((await loading.rows('SELECT id FROM shop.t WHERE id > 8')).map(({ id }) => id)).toEqual([9]);
    expect(await reasons()).toEqual(['ERROR: too many columns']);
  });

  it('numbers, timestamps and texts beyond their range are refused, those at its end are stored', async () => {
    await push(
      ['id'],
      { id: 1n, d: decimal(`1${'0'.repeat(131_071)}.5`), t: timestamp('-004712-01-01T00:00:00Z') },
      { id: 2n, d: decimal('1e131072') },
      { id: 3n, t: timestamp('-004714-01-01T00:00:00Z') },
      { id: 4n, t: timestamp('+294247-01-10T04:00:54.775807Z') },
      { id: 5n, t: timestamp('+294248-01-01T00:00:00Z') },
      { id: 6n, s: 'a\u0000b' },
      { id: 7n, f: Number.NaN },
      { id: 8n, f: Number.NEGATIVE_INFINITY },
    );
    expect(await loading.rows('SELECT id, length(d::text) AS d, t::text AS t, f::text AS f FROM shop.t ORDER BY id')).toEqual([
      { id: 1, d: 131_074, t: '4713-01-01 00:00:00 BC', f: null },
      { id: 4, d: null, t: '294247-01-10 04:00:54.775807', f: null },
      { id: 7, d: null, t: null, f: 'NaN' },
      { id: 8, d: null, t: null, f: '-Infinity' },
    ]);
    expect(await reasons()).toEqual([
      'decimal out of range for PostgreSQL on 1e131072',
      'timestamp out of range for PostgreSQL on -004714-01-01T00:00:00Z',
      'timestamp out of range for PostgreSQL on +294248-01-01T00:00:00Z',
      'string with U+0000 not supported by PostgreSQL on s',
    ]);
  });
});
