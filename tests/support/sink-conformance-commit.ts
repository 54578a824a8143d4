/** Part of the conformance suite: what is committed together, and what a failure or a death leaves (ADR 5 and 15). */
import { describe, expect, it } from 'vitest';
import { DestinationHeldError, LedgerMismatchError } from '../../src/sinks/errors.ts';
import type { DdlStep, LoadPlan } from '../../src/sinks/sink.ts';
import { createTable, loadPlan, testBatchedAt } from './sink-plans.ts';
import type { TableInput } from './sink-plans.ts';
import { createSchema, firstItems, items, itemsKey, lines, sorted, splitSteps } from './sink-fixture.ts';
import type { SinkFixture } from './sink-fixture.ts';

export function describeCommits(fixture: SinkFixture): void {
  it('writes rejects with the load, and alone when nothing else is left', async () => {
    const rejects = [
      { table: 'items', reason: 'integer out of range', record: '{"id":1,"n":99999999999999999999}' },
      { table: 'items', reason: 'Field collision on a', record: '{"🙂":"\\u0000"}' },
    ];
    await fixture.load({ root: 'items', ddl: [createSchema], rejects });
    expect(sorted(await fixture.read('_sdc_rejected'))).toEqual(
      sorted(
        rejects.map(({ table, reason, record }) => ({
          _sdc_rejected_at: '2024-05-01 10:20:30.456',
          table_name: table,
          reason,
          record,
        })),
      ),
    );
    expect((await fixture.under.sink.readLedger(itemsKey))?.report.counts).toEqual({
      received: 0,
      rejected: 2,
      superseded: 0,
      replacedSurrogates: 0,
    });
  });

  it('keeps position, load id and counts in the ledger', async () => {
    await fixture.loadFirst();
    expect(await fixture.under.sink.readLedger(itemsKey)).toEqual({
      position: 1,
      loadId: 'load-1',
      report: {
        counts: { received: 2, rejected: 0, superseded: 0, replacedSurrogates: 0 },
        loaded: { items: 2 },
        bookmarks: {},
        newVersion: false,
      },
      batchedAt: testBatchedAt,
    });
    expect(await fixture.under.sink.readLedger({ ...itemsKey, sourceId: 8 })).toBeUndefined();
    expect(await fixture.under.sink.readLedger({ ...itemsKey, root: 'Items' })).toBeUndefined();
  });

  it.each([
    ['a repeat of the first load', undefined, 1],
    ['an older expectation', 0, 3],
    ['a newer expectation', 2, 3],
  ])('refuses %s and writes nothing', async (_, expected, next) => {
    await fixture.loadFirst();
    const plan = loadPlan({
      tables: [items([3n, 'c', 12n])],
      ddl: [{ kind: 'add-column', table: 'items', column: { name: 'late', type: 'string' } }],
      rejects: [{ table: 'items', reason: 'r', record: '{}' }],
      expected,
      position: next,
    });
    await expect(fixture.under.sink.load(plan)).rejects.toThrow(LedgerMismatchError);
    const late = fixture.under.sink.ddlInTransaction ? {} : { late: null };
    expect(sorted(await fixture.read('items'))).toEqual(
      sorted([
        { id: '1', name: 'a', _sdc_sequence: '10', ...late },
        { id: '2', name: 'b', _sdc_sequence: '11', ...late },
      ]),
    );
    expect(await fixture.read('_sdc_rejected')).toEqual([]);
    expect((await fixture.under.sink.readLedger(itemsKey))?.position).toBe(1);
  });

  it('writes nothing of a load that may not commit in the end, and all of it when it may', async () => {
    await fixture.loadFirst();
    const before = await fixture.read('items');
    const plan = loadPlan({
      tables: [items([3n, 'c', 12n])],
      rejects: [{ table: 'items', reason: 'r', record: '{}' }],
      expected: 1,
      position: 2,
    });
    const refuse = (): void => {
      throw new DestinationHeldError();
    };
    await expect(fixture.under.sink.load(plan, refuse)).rejects.toThrow(DestinationHeldError);
    expect(await fixture.read('items')).toEqual(before);
    expect(await fixture.read('_sdc_rejected')).toEqual([]);
    expect((await fixture.under.sink.readLedger(itemsKey))?.position).toBe(1);
    let asked = 0;
    await fixture.under.sink.load(plan, () => void (asked += 1));
    expect(asked).toBe(1);
    expect(await fixture.read('items')).toHaveLength(before.length + 1);
    expect((await fixture.under.sink.readLedger(itemsKey))?.position).toBe(2);
  });

  it('refuses to move a ledger row that is not there', async () => {
    await expect(
      fixture.under.sink.load(loadPlan({ tables: [firstItems], ddl: [createSchema, createTable(firstItems)], expected: 4, position: 5 })),
    ).rejects.toThrow(LedgerMismatchError);
    expect((await fixture.under.sink.describe('shop')).tables.filter(({ table }) => table === 'items')).toEqual(
      fixture.under.sink.ddlInTransaction ? [] : expect.anything(),
    );
  });

  it('leaves nothing behind when a load fails in the middle', async () => {
    await fixture.loadFirst();
    const good = items([1n, 'new', 20n]);
    const broken = lines([[1n, 0n, 'x', 20n]], [0]);
    // The subtable does not exist: its INSERT fails after the root's rows were replaced.
    await expect(fixture.load({ tables: [good, broken] })).rejects.toThrow();
    expect((await fixture.read('items')).map((row) => row['name']).toSorted()).toEqual(['a', 'b']);
    expect((await fixture.under.sink.describe('shop')).catalogue.map(({ table }) => table)).toEqual(['items']);
    await fixture.load({ ddl: [createTable(broken)], tables: [good, broken] });
    expect((await fixture.read('items')).map((row) => row['name']).toSorted()).toEqual(['b', 'new']);
    expect(await fixture.read('items__lines')).toHaveLength(1);
  });

  it('keeps the catalogue, replaces entries and remembers tables that are gone', async () => {
    await fixture.loadFirst();
    const entry = { table: 'items', root: 'items', path: [], keyColumns: ['id', 'v "2"'] };
    await fixture.load({
      tables: [items([3n, 'c', 12n])],
      catalogue: [entry, { table: 'never', root: 'items', path: ['a', 'b'], keyColumns: [] }],
    });
    const { tables, catalogue } = await fixture.under.sink.describe('shop');
    expect(catalogue).toEqual([entry, { table: 'never', root: 'items', path: ['a', 'b'], keyColumns: [] }]);
    expect(tables.map(({ table }) => table)).not.toContain('never');
  });

  it('keeps schemas apart', async () => {
    await fixture.loadFirst();
    const other = { ...items([1n, 'other', 1n]), table: 'items' };
    await fixture.load({ schema: 'second', ddl: [createSchema, createTable(other)], tables: [other] });
    expect((await fixture.read('items')).map((row) => row['name']).toSorted()).toEqual(['a', 'b']);
    expect((await fixture.read('items', 'second')).map((row) => row['name'])).toEqual(['other']);
    expect((await fixture.under.sink.describe('second')).catalogue).toHaveLength(1);
  });

  describe('when it dies between the steps of a plan', () => {
    const split: TableInput = {
      ...firstItems,
      columns: [
        ['id', 'bigint'],
        ['name__bi', 'bigint'],
        ['_sdc_sequence', 'bigint'],
        ['more', 'date'],
      ],
      rows: [[2n, 5n, 12n, 0n]],
    };
    const children = lines([[2n, 0n, 'x', 12n]], [0]);
    const steps: DdlStep[] = [
      ...splitSteps,
      { kind: 'add-column', table: 'items', column: { name: 'more', type: 'date' } },
      createTable(children),
    ];
    const plan = (): LoadPlan => loadPlan({ ddl: [createSchema, ...steps], tables: [split, children], expected: 1, position: 2 });
    const state = async (): Promise<unknown> => [
      sorted(await fixture.read('items')),
      sorted(await fixture.read('items__lines')),
      await fixture.under.sink.describe('shop'),
    ];

    it.each(Array.from({ length: steps.length + 2 }, (_, done) => done))('comes to the same end after %i committed steps', async (done) => {
      await fixture.loadFirst();
      await fixture.under.applyDdl('shop', [createSchema, ...steps].slice(0, done));
      await fixture.under.sink.load(plan());
      const interrupted = await state();
      await fixture.restart();
      await fixture.loadFirst();
      await fixture.under.sink.load(plan());
      expect(interrupted).toEqual(await state());
    });

    it('finds steps done that it runs again', async () => {
      await fixture.loadFirst();
      await fixture.under.sink.load(plan());
      const before = await state();
      await fixture.under.sink.load({ ...plan(), ledger: { ...plan().ledger, expected: 2, position: 3 } });
      expect(await state()).toEqual(before);
    });
  });
}
