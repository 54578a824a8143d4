/** Part of the conformance suite: rows of table versions wait and replace the visible ones (loading.md §7). */
import { describe, expect, it } from 'vitest';
import { LedgerMismatchError, TableStoppedError } from '../../src/sinks/errors.ts';
import type { DdlStep, RootVersions } from '../../src/sinks/sink.ts';
import { catalogueOf, createTable, loadPlan } from './sink-plans.ts';
import type { TableInput } from './sink-plans.ts';
import { createSchema, firstItems, items, itemsKey, lines, sorted, splitSteps } from './sink-fixture.ts';
import type { SinkFixture } from './sink-fixture.ts';

const versioned = items([3n, 'new', 1n], [4n, 'newer', 1n]);
const children = lines([[3n, 0n, 'x', 1n]], [0]);
/** A subtable that later versions do not have. */
const parts: TableInput = { ...children, table: 'items__parts', path: ['parts'] };

export function describeVersions(fixture: SinkFixture): void {
  /** Loads rows of a version that waits, into tables that are made for them. */
  const loadWaiting = (version: bigint, ...tables: TableInput[]): Promise<unknown> =>
    fixture.load({ ddl: [createSchema, ...tables.map(createTable)], tables, version });
  const activate = (version: bigint, root = 'items'): Promise<unknown> =>
    fixture.load({ root, ddl: [createSchema], version, activate: true });
  const versionsOf = async (root = 'items'): Promise<RootVersions | undefined> =>
    (await fixture.under.sink.describe('shop')).versions.find((one) => one.root === root);
  const waitingRows = async (): Promise<unknown> => (await versionsOf())?.waiting.map(({ version, rows }) => [version, rows]);
  const names = async (): Promise<(string | null | undefined)[]> => (await fixture.read('items')).map(({ name }) => name).toSorted();

  describe('with a version that is not active', () => {
    it('keeps its rows out of sight and describes its tables under their final names', async () => {
      await fixture.loadFirst();
      expect(await loadWaiting(3n, versioned, children)).toEqual({ items: 2, items__lines: 1 });
      expect(await names()).toEqual(['a', 'b']);
      const { tables, catalogue } = await fixture.under.sink.describe('shop');
      expect(tables.map(({ table }) => table).toSorted()).toEqual(['_sdc_rejected', 'items']);
      expect(catalogue).toEqual(catalogueOf('items', [firstItems]));
      expect(await versionsOf()).toEqual({
        root: 'items',
        active: undefined,
        waiting: [
          {
            version: 3n,
            rows: 2,
            tables: [
              {
                table: 'items',
                columns: [
                  { name: 'id', type: 'bigint', notNull: true },
                  { name: 'name', type: 'string', notNull: false },
                  { name: '_sdc_sequence', type: 'bigint', notNull: false },
                ],
              },
              { table: 'items__lines', columns: expect.arrayContaining([{ name: '_sdc_source_key_id', type: 'bigint', notNull: true }]) },
            ],
            catalogue: catalogueOf('items', [versioned, children]),
          },
        ],
      });
      expect((await fixture.under.sink.readLedger(itemsKey))?.report).toMatchObject({ loaded: { items: 2 }, newVersion: false });
    });

    it('merges its rows among themselves: by sequence, with their children, into columns of their own', async () => {
      await loadWaiting(1n, versioned, children);
      await fixture.load({ ddl: splitSteps, tables: [splitItems], version: 1n });
      expect(await fixture.load({ tables: [{ ...splitItems, rows: [[4n, 7n, 1n]] }], version: 1n })).toEqual({ items: 0 });
      expect(await waitingRows()).toEqual([[1n, 3]]);
      await activate(1n);
      expect(sorted(await fixture.read('items'))).toEqual(
        sorted([
          { id: '3', name__st: null, name__bi: '5', _sdc_sequence: '2' },
          { id: '4', name__st: 'newer', name__bi: null, _sdc_sequence: '1' },
          { id: '5', name__st: null, name__bi: '6', _sdc_sequence: '1' },
        ]),
      );
      expect(await fixture.read('items__lines')).toEqual([]);
    });

    it('keeps versions, roots and schemas apart', async () => {
      const other = { ...versioned, table: 'Others' };
      await loadWaiting(1n, versioned);
      await loadWaiting(2n, versioned);
      await loadWaiting(-(2n ** 63n), other);
      await loadWaiting(2n ** 63n - 1n, other);
      await fixture.load({ schema: 'second', ddl: [createSchema, createTable(versioned)], tables: [versioned], version: 1n });
      await fixture.load({ schema: 'second', root: 'items', ddl: [createSchema], version: 1n, activate: true });
      expect(await waitingRows()).toEqual([
        [1n, 2],
        [2n, 2],
      ]);
      expect((await versionsOf('Others'))?.waiting.map(({ version }) => version)).toEqual([-(2n ** 63n), 2n ** 63n - 1n]);
      expect(await fixture.read('items', 'second')).toHaveLength(2);
      expect(await fixture.under.readTable('shop', 'items')).toBeUndefined();
      await activate(-(2n ** 63n), 'Others');
      await activate(2n ** 63n - 1n, 'Others');
      expect(await fixture.read('Others')).toHaveLength(2);
      expect(await versionsOf('Others')).toEqual({ root: 'Others', active: 2n ** 63n - 1n, waiting: [] });
    });

    it('appends where there is no key', async () => {
      const log: TableInput = { table: 'log', columns: [['m', 'string']], rows: [['one'], ['one']] };
      for (const ddl of [[createSchema, createTable(log)], []]) await fixture.load({ mode: 'append', ddl, tables: [log], version: 1n });
      await activate(1n, 'log');
      expect(await fixture.read('log')).toHaveLength(4);
      await fixture.load({ mode: 'append', tables: [log] });
      expect(await fixture.read('log')).toHaveLength(6);
    });
  });

  describe('with an activation', () => {
    it('gives root and subtables exactly the rows of the version, in its columns, and forgets older ones', async () => {
      await fixture.load({ ddl: [createSchema, createTable(wide), createTable(parts)], tables: [wide, parts] });
      await loadWaiting(2n, versioned);
      await loadWaiting(3n, versioned, children);
      await loadWaiting(4n, versioned);
      await activate(3n);
      expect(sorted(await fixture.read('items'))).toEqual(
        sorted([
          { id: '3', name: 'new', _sdc_sequence: '1' },
          { id: '4', name: 'newer', _sdc_sequence: '1' },
        ]),
      );
      expect(await fixture.read('items__lines')).toHaveLength(1);
      const { tables, catalogue } = await fixture.under.sink.describe('shop');
      expect(tables.map(({ table }) => table).toSorted()).toEqual(['_sdc_rejected', 'items', 'items__lines']);
      expect(tables.find(({ table }) => table === 'items')?.columns.filter(({ notNull }) => notNull)).toMatchObject([{ name: 'id' }]);
      expect(catalogue).toEqual(catalogueOf('items', [versioned, children]));
      expect(await versionsOf()).toMatchObject({ active: 3n, waiting: [{ version: 4n, rows: 2 }] });
      expect((await fixture.under.sink.readLedger(itemsKey))?.report).toMatchObject({ loaded: {}, newVersion: true });
      // Rows of the active version go on into the visible tables.
      expect(await fixture.load({ tables: [items([4n, 'newest', 2n])] })).toEqual({ items: 1 });
      expect(await names()).toEqual(['new', 'newest']);
    });

    it('counts rows and activates them in one load, be they the first of their version or not', async () => {
      await fixture.loadFirst();
      const tables = [versioned, children];
      expect(await fixture.load({ ddl: tables.map(createTable), tables, version: 1n, activate: true })).toEqual({
        items: 2,
        items__lines: 1,
      });
      expect(await names()).toEqual(['new', 'newer']);
      await loadWaiting(2n, versioned);
      await fixture.load({ tables: [items([5n, 'last', 1n])], version: 2n, activate: true });
      expect(await names()).toEqual(['last', 'new', 'newer']);
      expect(await fixture.under.readTable('shop', 'items__lines')).toBeUndefined();
    });

    it('empties root and subtables where nothing waits, and keeps their columns and keys', async () => {
      await fixture.load({
        ddl: [createSchema, createTable(firstItems), createTable(children)],
        tables: [firstItems, lines([[1n, 0n, 'x', 1n]], [0])],
      });
      const before = await fixture.under.sink.describe('shop');
      await loadWaiting(1n, versioned);
      await activate(2n);
      expect([await fixture.read('items'), await fixture.read('items__lines')]).toEqual([[], []]);
      const after = await fixture.under.sink.describe('shop');
      expect({ ...after, versions: before.versions }).toEqual(before);
      expect(after.versions).toEqual([{ root: 'items', active: 2n, waiting: [] }]);
    });

    it('of a table that does not exist records the version alone', async () => {
      await activate(5n);
      const { tables, catalogue, versions } = await fixture.under.sink.describe('shop');
      expect(tables.map(({ table }) => table)).toEqual(['_sdc_rejected']);
      expect([catalogue, versions]).toEqual([[], [{ root: 'items', active: 5n, waiting: [] }]]);
    });

    it('writes rejects with it, and changes nothing when the ledger refuses', async () => {
      await fixture.loadFirst();
      await loadWaiting(1n, versioned);
      const state = async (): Promise<unknown> => [
        sorted(await fixture.read('items')),
        await fixture.under.sink.describe('shop'),
        await fixture.read('_sdc_rejected'),
      ];
      const before = await state();
      const plan = { root: 'items', version: 1n, activate: true, rejects: [{ table: 'items', reason: 'r', record: '{}' }] };
      await expect(fixture.under.sink.load(loadPlan({ ...plan, expected: 7, position: 8 }))).rejects.toThrow(LedgerMismatchError);
      expect(await state()).toEqual(before);
      await fixture.load(plan);
      expect(await fixture.read('_sdc_rejected')).toHaveLength(1);
      expect(await names()).toEqual(['new', 'newer']);
    });

    it('stops the table, and changes nothing, while another root has the name of one of its tables', async () => {
      await fixture.loadFirst();
      await loadWaiting(1n, versioned, parts);
      const squatter = { ...firstItems, table: 'items__parts' };
      await fixture.load({ ddl: [createTable(squatter)], tables: [squatter] });
      const plan = loadPlan({ root: 'items', version: 1n, activate: true, expected: 2, position: 3 });
      const failure = await fixture.under.sink.load(plan).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TableStoppedError);
      expect((failure as Error).message).toContain('items__parts');
      expect(await names()).toEqual(['a', 'b']);
      expect(await fixture.read('items__parts')).toHaveLength(2);
      expect(await waitingRows()).toEqual([[1n, 2]]);
    });

    it('shows readers the old rows or the new ones, never none and never both', async () => {
      const all = (version: bigint): TableInput =>
        items(...Array.from({ length: 500 }, (_, id): [bigint, string, bigint] => [BigInt(id), `version ${version}`, 1n]));
      await fixture.load({ ddl: [createSchema, createTable(firstItems)], tables: [all(0n)] });
      const seen = new Set<string>();
      const end = new AbortController();
      const reading = (async () => {
        while (!end.signal.aborted) {
          const rows = await fixture.read('items');
          seen.add(`${rows.length} rows of ${[...new Set(rows.map(({ name }) => name))].join(' and ')}`);
        }
      })();
      let last = 0n;
      while (seen.size < 4) {
        last += 1n;
        await loadWaiting(last, all(last));
        await activate(last);
      }
      end.abort();
      await reading;
      for (const rows of seen) expect(rows).toMatch(/^500 rows of version \d+$/);
    });
  });

  describe('when it dies between the steps of a version', () => {
    const steps: DdlStep[] = [createSchema, ...splitSteps, createTable(parts)];
    const state = async (): Promise<unknown> => [
      await fixture.under.sink.describe('shop'),
      sorted(await fixture.under.readTable('shop', 'items')),
    ];

    it.each([0, 1, 2, 3])('makes its tables anew after %i committed steps, whatever they had', async (done) => {
      const columns = versioned.columns.map(([name, type]) => [`${name}_old`, type] as const);
      const abandoned = { ...versioned, columns, keyColumns: ['id_old'] };
      await fixture.under.applyDdl('shop', [createSchema, createTable(abandoned), createTable(parts)].slice(0, done), {
        root: 'items',
        version: 1n,
      });
      expect((await fixture.under.sink.describe('shop')).versions).toEqual([]);
      await loadWaiting(1n, versioned);
      await activate(1n);
      expect(await names()).toEqual(['new', 'newer']);
    });

    it.each(steps.map((_, done) => done))('comes to the same end after %i committed steps', async (done) => {
      const plan = (): Promise<unknown> => fixture.load({ ddl: steps, tables: [splitItems, parts], version: 1n });
      await loadWaiting(1n, versioned);
      await fixture.under.applyDdl('shop', steps.slice(0, done), { root: 'items', version: 1n });
      await plan();
      const interrupted = await state();
      await activate(1n);
      const activated = await state();
      await fixture.restart();
      await loadWaiting(1n, versioned);
      await plan();
      expect(interrupted).toEqual(await state());
      await activate(1n);
      expect(activated).toEqual(await state());
    });
  });
}

/** Rows for `versioned` after its column `name` was split. */
const splitItems: TableInput = {
  ...versioned,
  columns: [
    ['id', 'bigint'],
    ['name__bi', 'bigint'],
    ['_sdc_sequence', 'bigint'],
  ],
  rows: [
    [3n, 5n, 2n],
    [5n, 6n, 1n],
  ],
};

/** Rows with a column that later versions do not have. */
const wide: TableInput = {
  ...firstItems,
  columns: [...firstItems.columns, ['old', 'date']],
  rows: firstItems.rows.map((row) => [...row, 0n]),
};
