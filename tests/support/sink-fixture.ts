/** What the conformance suite of sinks works on: one fresh destination per test, and the tables it loads. */
import { afterEach, beforeEach } from 'vitest';
import type { DdlStep, Sink } from '../../src/sinks/sink.ts';
import { createTable, loadPlan, rootOf, testIncarnation } from './sink-plans.ts';
import type { PlanInput, TableInput } from './sink-plans.ts';

/** Values in text form: integers and decimals in plain digits, doubles as JavaScript prints them, timestamps `YYYY-MM-DD HH:MM:SS.mmm`. */
export type TextRow = Readonly<Record<string, string | null>>;

/** The version of a root table whose rows wait for their activation. */
export interface WaitingTarget {
  readonly root: string;
  readonly version: bigint;
}

export interface SinkUnderTest {
  readonly sink: Sink;
  /**
   * Applies steps outside of a load and commits after each, as a sink without transactional DDL does; to the tables of a waiting version
   * where one is named.
   */
  applyDdl(schema: string, steps: readonly DdlStep[], waiting?: WaitingTarget): Promise<void>;
  /** All rows of a table in any order; undefined when there is no such table. */
  readTable(schema: string, table: string): Promise<TextRow[] | undefined>;
  /** Closes everything and removes what was made. */
  dispose(): Promise<void>;
}

export interface SinkFixture {
  readonly under: SinkUnderTest;
  /** Loads the next window of a root table: its ledger moves on by one. Returns the rows loaded per table. */
  load(input: Omit<PlanInput, 'expected' | 'position'>): Promise<Readonly<Record<string, number>>>;
  /** Loads `firstItems` into schema `shop`. */
  loadFirst(): Promise<Readonly<Record<string, number>>>;
  /** Rows of a table that must exist, in schema `shop` by default. */
  read(table: string, schema?: string): Promise<TextRow[]>;
  /** Goes on with a new, empty destination. */
  restart(): Promise<void>;
}

/** Registers hooks that open a destination before each test of the enclosing block and dispose of it afterwards. */
export function useSink(open: () => Promise<SinkUnderTest>): SinkFixture {
  let under: SinkUnderTest | undefined;
  let positions = new Map<string, number>();
  const start = async (): Promise<void> => {
    under = await open();
    positions = new Map();
  };
  beforeEach(start);
  afterEach(() => under?.dispose());

  const fixture: SinkFixture = {
    get under() {
      if (under === undefined) throw new Error('No test is running.');
      return under;
    },
    async load(input) {
      const root = rootOf(input);
      const expected = positions.get(root);
      const position = (expected ?? 0) + 1;
      const { loaded } = await fixture.under.sink.load(loadPlan({ ...input, expected, position }));
      positions.set(root, position);
      return loaded;
    },
    loadFirst: () => fixture.load({ ddl: [createSchema, createTable(firstItems)], tables: [firstItems] }),
    async read(table, schema = 'shop') {
      const rows = await fixture.under.readTable(schema, table);
      if (rows === undefined) throw new Error(`${table} does not exist`);
      return rows;
    },
    async restart() {
      await fixture.under.dispose();
      await start();
    },
  };
  return fixture;
}

export const createSchema: DdlStep = { kind: 'create-schema' };
/** Key of the ledger's row for root table `items`. */
export const itemsKey = { incarnation: testIncarnation, sourceId: 7, binding: 0, root: 'items' };

/** A column that splits. */
export const splitSteps: DdlStep[] = [
  { kind: 'rename-column', table: 'items', from: 'name', to: 'name__st' },
  { kind: 'add-column', table: 'items', column: { name: 'name__bi', type: 'bigint' } },
];

/** Rows of a keyed table: id, name, sequence. */
export function items(...rows: [id: bigint, name: string | null, sequence: bigint][]): TableInput {
  return {
    table: 'items',
    keyColumns: ['id'],
    columns: [
      ['id', 'bigint'],
      ['name', 'string'],
      ['_sdc_sequence', 'bigint'],
    ],
    rows,
  };
}

export const firstItems = items([1n, 'a', 10n], [2n, 'b', 11n]);

/** Rows of a subtable of `items`. */
export function lines(rows: [order: bigint, level: bigint, sku: string, sequence: bigint][], rootRow: number[]): TableInput {
  return {
    table: 'items__lines',
    path: ['lines'],
    keyColumns: ['_sdc_source_key_id'],
    columns: [
      ['_sdc_source_key_id', 'bigint'],
      ['_sdc_level_0_id', 'bigint'],
      ['sku', 'string'],
      ['_sdc_sequence', 'bigint'],
    ],
    rows,
    rootRow,
  };
}

/** Rows in a form that does not depend on the order of rows and columns. */
export function sorted(rows: readonly TextRow[] | undefined): string[] | undefined {
  return rows?.map((row) => JSON.stringify(row, Object.keys(row).toSorted())).toSorted();
}
