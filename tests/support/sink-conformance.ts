/** What every sink must do, run against the real engine (docs/decisions, ADR 15). */
import { describe, expect, it } from 'vitest';
import { describeCommits } from './sink-conformance-commit.ts';
import { describeDrift } from './sink-conformance-drift.ts';
import { describeMerging } from './sink-conformance-merge.ts';
import { describeRejects } from './sink-conformance-rejects.ts';
import { describeValues } from './sink-conformance-values.ts';
import { describeVersions } from './sink-conformance-versions.ts';
import { createSchema, items, itemsKey, useSink } from './sink-fixture.ts';
import type { SinkUnderTest } from './sink-fixture.ts';
import { createTable, loadPlan } from './sink-plans.ts';
import type { TableInput } from './sink-plans.ts';

/** Runs the suite against one kind of sink; `open` makes a fresh, empty destination for every test. */
export function describeSink(name: string, open: () => Promise<SinkUnderTest>): void {
  describe(`${name} as a sink`, () => {
    const fixture = useSink(open);
    it('passes its check on an empty destination', async () => {
      await fixture.under.sink.check();
      expect(await fixture.under.sink.describe('shop')).toEqual({ exists: false, tables: [], catalogue: [], versions: [] });
      expect(await fixture.under.sink.readLedger(itemsKey)).toBeUndefined();
    });

    it('creates schema, table and rejects table and describes them with types, order and not-null keys', async () => {
      expect(await fixture.loadFirst()).toEqual({ items: 2 });
      const { exists, tables, catalogue } = await fixture.under.sink.describe('shop');
      expect(exists).toBe(true);
      expect(tables.find(({ table }) => table === 'items')?.columns).toEqual([
        { name: 'id', type: 'bigint', notNull: true },
        { name: 'name', type: 'string', notNull: false },
        { name: '_sdc_sequence', type: 'bigint', notNull: false },
      ]);
      expect(tables.find(({ table }) => table === '_sdc_rejected')?.columns.map((column) => [column.name, column.type])).toEqual([
        ['_sdc_rejected_at', 'date'],
        ['table_name', 'string'],
        ['reason', 'string'],
        ['record', 'string'],
      ]);
      expect(catalogue).toEqual([{ table: 'items', root: 'items', path: [], keyColumns: ['id'] }]);
      expect(await fixture.under.sink.describe('other')).toEqual({ exists: false, tables: [], catalogue: [], versions: [] });
    });

    it('answers loads, descriptions and ledger reads that overlap', async () => {
      const tables = Array.from({ length: 8 }, (_, index): TableInput => ({ ...items([1n, `t${index}`, 1n]), table: `t${index}` }));
      await Promise.all(
        tables.flatMap((table) => [
          fixture.under.sink.load(loadPlan({ ddl: [createSchema, createTable(table)], tables: [table], expected: undefined, position: 1 })),
          fixture.under.sink.describe('shop'),
          fixture.under.sink.readLedger({ ...itemsKey, root: table.table }),
        ]),
      );
      for (const table of tables) expect((await fixture.read(table.table)).map((row) => row['name'])).toEqual([table.table]);
    });

    describeMerging(fixture);
    describeCommits(fixture);
    describeVersions(fixture);
    describeValues(fixture);
    describeRejects(fixture);
    describeDrift(fixture);
  });
}
