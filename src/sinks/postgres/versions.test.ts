import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { postgresVersions, startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { createSchema, firstItems, items, itemsKey, lines, sorted } from '../../../tests/support/sink-fixture.ts';
import { catalogueOf, createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { PlanInput } from '../../../tests/support/sink-plans.ts';
import { TableStoppedError } from '../errors.ts';
import type { LoadResult } from '../sink.ts';

describe.each(postgresVersions)('versions of a table on PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let destination: PostgresDestination;
  let position: number;
  beforeAll(async () => void (server = await startPostgres({ version })), 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    destination = await createDestination(server);
    position = 0;
  });
  afterEach(() => destination.dispose());

  async function load(input: Omit<PlanInput, 'expected' | 'position'>): Promise<LoadResult> {
    const plan = loadPlan({ root: 'items', ...input, expected: position === 0 ? undefined : position, position: position + 1 });
    const result = await destination.sink.load(plan);
    position += 1;
    return result;
  }

  const read = async (table: string): Promise<string[] | undefined> => sorted(await destination.readTable('shop', table));
  const names = async (): Promise<unknown[]> =>
    (await destination.query('SELECT name FROM shop.items ORDER BY id')).map(({ name }) => name);
  /** Tables in `_thimble` that hold rows on their way, and what is recorded of them. */
  const waiting = async (): Promise<unknown> =>
    destination.query(`SELECT (SELECT count(*)::int FROM pg_tables WHERE schemaname = '_thimble' AND tablename LIKE 'waiting\\_%' AND tablename <> 'waiting_table') AS tables,
                              (SELECT count(*)::int FROM _thimble.waiting_table) AS recorded`);

  const first = [firstItems, lines([[1n, 0n, 'x', 10n]], [0])];
  const ddl = [createSchema, ...first.map(createTable)];

  it('wait unseen, are described under their final names, and become visible together', async () => {
    await load({ ddl, tables: first, version: 5n });
    expect(await destination.readTable('shop', 'items')).toBeUndefined();
    const described = await destination.sink.describe('shop');
    expect(described.tables.map(({ table }) => table)).toEqual(['_sdc_rejected']);
    expect(described.catalogue).toEqual([]);
    expect(described.versions).toEqual([
      {
        root: 'items',
        active: undefined,
        waiting: [
          {
            version: 5n,
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
              { table: 'items__lines', columns: expect.any(Array) },
            ],
            catalogue: catalogueOf('items', first),
          },
        ],
      },
    ]);
    await load({ version: 5n, activate: true });
    expect(await names()).toEqual(['a', 'b']);
    expect(await destination.readTable('shop', 'items__lines')).toHaveLength(1);
    const after = await destination.sink.describe('shop');
    expect(after.versions).toEqual([{ root: 'items', active: 5n, waiting: [] }]);
    expect(after.catalogue).toEqual(catalogueOf('items', first));
    expect((await destination.sink.readLedger(itemsKey))?.report.newVersion).toBe(true);
    expect(
      await destination.query(`SELECT conname FROM pg_constraint WHERE contype = 'p' AND connamespace = 'shop'::regnamespace ORDER BY 1`),
    ).toEqual([{ conname: 'items__lines_pkey' }, { conname: 'items_pkey' }]);
    expect(await waiting()).toEqual([{ tables: 0, recorded: 0 }]);
  });

  it('upsert among themselves alone, and count their rows', async () => {
    await load({ ddl, tables: first });
    await load({ ddl: first.map(createTable), tables: first, version: 1n });
    expect(await load({ tables: [items([2n, 'b2', 20n], [3n, 'c', 20n], [1n, 'old', 1n])], version: 1n })).toEqual({
      loaded: { items: 2 },
      superseded: 1,
    });
    expect(await names()).toEqual(['a', 'b']);
    expect((await destination.sink.describe('shop')).versions[0]?.waiting[0]?.rows).toBe(3);
    await load({ tables: [items([4n, 'd', 30n])], version: 1n, activate: true });
    expect(await names()).toEqual(['a', 'b2', 'c', 'd']);
    expect(await read('items__lines')).toHaveLength(1);
  });

  it('have columns and keys of their own rows only', async () => {
    const old = {
      ...firstItems,
      columns: [...firstItems.columns, ['gone', 'string'] as const],
      rows: firstItems.rows.map((row) => [...row, 'x']),
    };
    await load({ ddl: [createSchema, createTable(old)], tables: [old] });
    const other = { ...items([1n, 'new', 1n]), keyColumns: ['id', 'name'] };
    await load({ ddl: [createTable(other)], tables: [other], version: 2n, activate: true });
    expect(await destination.readTable('shop', 'items')).toEqual([{ id: '1', name: 'new', _sdc_sequence: '1' }]);
    expect((await destination.sink.describe('shop')).catalogue).toEqual(catalogueOf('items', [other]));
  });

  it('drop older ones that wait, and leave newer ones waiting', async () => {
    for (const each of [1n, 2n, 3n])
      await load({ ddl: [createSchema, createTable(firstItems)], tables: [items([each, `v${each}`, 1n])], version: each });
    await load({ version: 2n, activate: true });
    expect(await names()).toEqual(['v2']);
    const [root] = (await destination.sink.describe('shop')).versions;
    expect([root?.active, root?.waiting.map((each) => each.version)]).toEqual([2n, [3n]]);
    expect(await waiting()).toEqual([{ tables: 1, recorded: 1 }]);
  });

  it('empty the tables when nothing waits, and keep their columns', async () => {
    await load({ ddl, tables: first });
    await load({ version: 7n, activate: true });
    expect(await destination.readTable('shop', 'items')).toEqual([]);
    expect(await destination.readTable('shop', 'items__lines')).toEqual([]);
    expect((await destination.sink.describe('shop')).tables.map(({ table }) => table)).toContain('items__lines');
    await load({ tables: [items([9n, 'after', 1n])] });
    expect(await names()).toEqual(['after']);
  });

  it('are recorded even when there is no table yet', async () => {
    await load({ ddl: [createSchema], version: 7n, activate: true });
    expect((await destination.sink.describe('shop')).versions).toEqual([{ root: 'items', active: 7n, waiting: [] }]);
  });

  it('carry over what others may read, and follow the default privileges where nobody decided', async () => {
    await server.query(`CREATE ROLE reader; CREATE ROLE "odd role"; CREATE ROLE newcomer`);
    try {
      await load({ ddl, tables: first });
      await destination.query(`SET ROLE loader; ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO newcomer; RESET ROLE`);
      await destination.query(
        `GRANT SELECT ON shop.items TO reader WITH GRANT OPTION; GRANT SELECT (name), UPDATE (id) ON shop.items TO "odd role"; GRANT SELECT ON shop.items TO PUBLIC`,
      );
      const tags = { ...lines([[1n, 0n, 't', 10n]], [0]), table: 'items__tags', path: ['tags'] };
      const next = [firstItems, tags];
      await load({ ddl: next.map(createTable), tables: next, version: 1n, activate: true });
      const can = async (role: string, sql: string): Promise<unknown> =>
        (await destination.query(`SELECT ${sql.replace('$', `'${role}'`)} AS can`))[0]?.['can'];
      expect(await can('reader', `has_table_privilege($, 'shop.items', 'SELECT WITH GRANT OPTION')`)).toBe(true);
      expect(await can('odd role', `has_column_privilege($, 'shop.items', 'id', 'UPDATE')`)).toBe(true);
      expect(await can('odd role', `has_column_privilege($, 'shop.items', 'name', 'UPDATE')`)).toBe(false);
      expect(await can('newcomer', `has_table_privilege($, 'shop.items__tags', 'SELECT')`)).toBe(true);
      expect(await can('reader', `has_table_privilege($, 'shop.items__tags', 'SELECT')`)).toBe(false);
    } finally {
      await destination.query(`DROP OWNED BY reader, "odd role", newcomer CASCADE`);
      await server.query(`DROP ROLE reader; DROP ROLE "odd role"; DROP ROLE newcomer`);
    }
  });

  it('carry over indexes and comments of the owner, where the new columns allow it', async () => {
    await load({ ddl, tables: first });
    for (const sql of [
      `CREATE INDEX "by ON name USING x" ON shop.items USING btree (lower(name)) WHERE id > 0`,
      `CREATE UNIQUE INDEX once ON shop.items (name, _sdc_sequence) INCLUDE (id)`,
      `CREATE INDEX gone ON shop.items ((name || 'x'))`,
      `CREATE INDEX lines_sku ON shop.items__lines (sku DESC)`,
      `ALTER TABLE shop.items ADD COLUMN note text; CREATE INDEX noted ON shop.items (note)`,
      `COMMENT ON TABLE shop.items IS 'what we ''sell'''; COMMENT ON COLUMN shop.items.name IS 'a \\ b'; COMMENT ON COLUMN shop.items.note IS 'gone'`,
    ])
      await destination.query(sql);
    const indexes = async (): Promise<unknown[]> =>
      (await destination.query(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' ORDER BY indexname COLLATE "C"`)).map(
        ({ indexdef }) => indexdef,
      );
    const before = await indexes();
    expect(before).toHaveLength(7);
    await load({ ddl: first.map(createTable), tables: first, version: 1n, activate: true });
    expect(await indexes()).toEqual(before.filter((definition) => !String(definition).includes('noted')));
    expect(
      await destination.query(
        `SELECT obj_description('shop.items'::regclass, 'pg_class') AS of_table, col_description('shop.items'::regclass, 2) AS of_column`,
      ),
    ).toEqual([{ of_table: `what we 'sell'`, of_column: 'a \\ b' }]);
    const numbers = {
      ...firstItems,
      columns: [
        ['id', 'bigint'],
        ['name', 'bigint'],
        ['_sdc_sequence', 'bigint'],
      ] as const,
      rows: [[1n, 1n, 1n]],
    };
    await load({ ddl: [createTable(numbers)], tables: [numbers], version: 2n, activate: true });
    expect(await indexes()).toEqual([expect.stringContaining('items_pkey')]);
  });

  it('stop the table over rows that violate a unique index of the owner, and change nothing', async () => {
    await load({ ddl, tables: first });
    await destination.query(`CREATE UNIQUE INDEX once ON shop.items (name)`);
    await load({ ddl: [createTable(firstItems)], tables: [items([1n, 'same', 1n], [2n, 'same', 1n])], version: 1n });
    const failure = load({ version: 1n, activate: true });
    await expect(failure).rejects.toThrow(TableStoppedError);
    await expect(failure).rejects.toThrow('new version of items violate its unique index once.');
    expect(await names()).toEqual(['a', 'b']);
    await destination.query(`DROP INDEX shop.once`);
    await load({ version: 1n, activate: true });
    expect(await names()).toEqual(['same', 'same']);
  });

  it('go on without an index that only its owner may make', async () => {
    await load({ ddl, tables: first });
    await destination.query(`CREATE SCHEMA theirs`);
    try {
      await destination.query(`CREATE FUNCTION theirs.f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1'`);
      await destination.query(`CREATE INDEX by_f ON shop.items (theirs.f(name))`);
      await load({ ddl: [createTable(firstItems)], tables: [items([8n, 'new', 1n])], version: 1n, activate: true });
      expect(await names()).toEqual(['new']);
      expect(await destination.query(`SELECT 1 FROM pg_indexes WHERE indexname = 'by_f'`)).toEqual([]);
    } finally {
      await destination.query(`DROP SCHEMA theirs CASCADE`);
    }
  });

  it('stop the table over views that depend on it, name them, and change nothing', async () => {
    await load({ ddl, tables: first });
    await destination.query(`CREATE VIEW shop.report AS SELECT name FROM shop.items`);
    const failure = load({ ddl: [createTable(firstItems)], tables: [items([8n, 'new', 1n])], version: 1n, activate: true });
    await expect(failure).rejects.toThrow(TableStoppedError);
    await expect(failure).rejects.toThrow('view shop.report depends on table shop.items');
    expect(await names()).toEqual(['a', 'b']);
    expect((await destination.sink.describe('shop')).versions).toEqual([]);
    await destination.query(`DROP VIEW shop.report`);
    await load({ ddl: [createTable(firstItems)], tables: [items([8n, 'new', 1n])], version: 1n, activate: true });
    expect(await names()).toEqual(['new']);
    expect(await destination.readTable('shop', 'items__lines')).toBeUndefined();
  });

  it('stop the table while row security is on, since its policies would be lost and its grants kept', async () => {
    await load({ ddl, tables: first });
    await destination.query(`ALTER TABLE shop.items ENABLE ROW LEVEL SECURITY`);
    const failure = load({ ddl: [createTable(firstItems)], tables: [items([8n, 'new', 1n])], version: 1n, activate: true });
    await expect(failure).rejects.toThrow('row security is on for items');
    await expect(load({ version: 1n, activate: true })).rejects.toThrow('row security is on for items');
    expect(await names()).toEqual(['a', 'b']);
    await destination.query(`ALTER TABLE shop.items DISABLE ROW LEVEL SECURITY`);
    await load({ ddl: [createTable(firstItems)], tables: [items([8n, 'new', 1n])], version: 1n, activate: true });
    expect(await names()).toEqual(['new']);
  });

  it('stop the table over a name that something else has by now', async () => {
    await load({ ddl, tables: first, version: 1n });
    await destination.query(`CREATE TABLE shop.items__lines (mine int)`);
    await expect(load({ version: 1n, activate: true })).rejects.toThrow('Table items__lines cannot become visible');
    expect(await destination.query('SELECT * FROM shop.items__lines')).toEqual([]);
    expect(await destination.readTable('shop', 'items')).toBeUndefined();
  });

  it('are swapped under readers who never see the table missing, empty or half', async () => {
    await load({ ddl, tables: first, version: 1n, activate: true });
    const done = new AbortController();
    const seen = new Set<string>();
    const readers = Array.from({ length: 3 }, async () => {
      while (!done.signal.aborted) {
        const rows = await destination.query(
          `SELECT string_agg(DISTINCT i.name, ',') || ' ' || count(*) || ' ' || (SELECT count(*) FROM shop.items__lines) AS all FROM shop.items i`,
        );
        seen.add(String(rows[0]?.['all']));
      }
    });
    for (let next = 2n; next <= 12n; next += 1n) {
      const tables = [
        items([1n, `v${next}`, 1n], [2n, `v${next}`, 1n]),
        lines(
          [
            [1n, 0n, 'x', 1n],
            [2n, 0n, 'y', 1n],
          ],
          [0, 1],
        ),
      ];
      await load({ ddl: tables.map(createTable), tables, version: next });
      await load({ version: next, activate: true });
    }
    done.abort();
    await Promise.all(readers);
    expect([...seen].filter((text) => !/^(a,b 2 1|v\d+ 2 2)$/.test(text))).toEqual([]);
    expect(seen.size).toBeGreaterThan(1);
  });
});
