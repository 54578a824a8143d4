/** Load plans written by hand, for tests of sinks. */
import type { CatalogueEntry, DdlStep, LoadPlan, LogicalType, RejectRow, StagedColumn, TableLoad } from '../../src/sinks/sink.ts';

/** bigint and date (µs since the epoch): bigint; double: number; number: decimal text. */
export type Value = bigint | number | string | boolean | null;

export interface TableInput {
  readonly table: string;
  readonly path?: readonly string[];
  readonly keyColumns?: readonly string[];
  /** `target`: type of the destination's column where it is wider. */
  readonly columns: readonly (readonly [name: string, type: LogicalType, target?: LogicalType])[];
  readonly rows: readonly (readonly Value[])[];
  readonly rootRow?: readonly number[];
}

/** A table load with dense columns, as the loader makes them. */
function tableLoad(input: TableInput): TableLoad {
  const rows = input.rows.length;
  return {
    table: input.table,
    path: input.path ?? [],
    rows,
    rootRow: Uint32Array.from(input.rootRow ?? input.rows.keys()),
    columns: input.columns.map(([name, type, target], index) => ({
      ...stagedColumn(
        name,
        type,
        input.rows.map((row) => row[index] ?? null),
      ),
      ...(target === undefined ? {} : { target }),
    })),
    keyColumns: input.keyColumns ?? [],
  };
}

/** One staged column; null where a value is absent. */
export function stagedColumn(name: string, type: LogicalType, values: readonly Value[]): StagedColumn {
  const valid = Uint8Array.from(values, (value) => (value === null ? 0 : 1));
  switch (type) {
    case 'bigint':
    case 'date':
      return {
        name,
        type,
        valid,
        cells: new Uint8Array(BigInt64Array.from(values, (value) => (value === null ? 0n : (value as bigint))).buffer),
      };
    case 'double':
      return {
        name,
        type,
        valid,
        cells: new Uint8Array(Float64Array.from(values, (value) => (value === null ? 0 : (value as number))).buffer),
      };
    case 'boolean':
      return { name, type, valid, flags: Uint8Array.from(values, (value) => (value === true ? 1 : 0)) };
    case 'string':
    case 'number': {
      const parts = values.map((value) => Buffer.from(value === null ? '' : String(value)));
      const ends = Uint32Array.from(
        parts,
        (
          (end) => (part: Buffer) =>
            (end += part.length)
        )(0),
      );
      const starts = Uint32Array.from(ends, (end, index) => end - (parts[index]?.length ?? 0));
      return { name, type, valid, text: { bytes: new Uint8Array(Buffer.concat(parts)), starts, ends } };
    }
  }
}

/** The `create-table` step that fits a table input: its key are its key columns and the levels of a subtable. */
export function createTable(input: TableInput): DdlStep {
  const columns = [...new Map(input.columns.map(([name, type, target]) => [name, { name, type: target ?? type }])).values()];
  const levels = columns.map(({ name }) => name).filter((name) => /^_sdc_level_\d+_id$/.test(name));
  return { kind: 'create-table', table: input.table, columns, key: [...(input.keyColumns ?? []), ...levels] };
}

/** The catalogue entries of a root table and its subtables. */
export function catalogueOf(root: string, inputs: readonly TableInput[]): CatalogueEntry[] {
  return inputs.map((input) => ({
    table: input.table,
    root,
    path: input.path ?? [],
    keyColumns: (input.path ?? []).length === 0 ? [...(input.keyColumns ?? [])].toSorted() : [],
  }));
}

/** A reject by what users see of it; the rest has values of no interest. */
export type RejectInput = Pick<RejectRow, 'table' | 'reason' | 'record'> & Partial<RejectRow>;

export interface PlanInput {
  readonly schema?: string;
  readonly root?: string;
  readonly mode?: 'upsert' | 'append';
  readonly ddl?: readonly DdlStep[];
  readonly tables?: readonly TableInput[];
  readonly catalogue?: readonly CatalogueEntry[];
  readonly rejects?: readonly RejectInput[];
  /** Rows of the root that are deletions; undefined: such rows are kept. */
  readonly deletes?: readonly number[];
  readonly version?: bigint | undefined;
  readonly activate?: boolean;
  /** Undefined: rows of the version keep their mark. */
  readonly dropMarked?: boolean;
  readonly expected: number | undefined;
  readonly position: number;
}

export const testIncarnation = '5f0c2f6e-9f0a-4a3e-8d6b-0a1b2c3d4e5f';
export const testBatchedAt = Date.UTC(2024, 4, 1, 10, 20, 30, 456);

/** The root table of a plan, by default its first. */
export function rootOf({ root, tables }: Pick<PlanInput, 'root' | 'tables'>): string {
  return root ?? tables?.[0]?.table ?? 'nothing';
}

/** A whole plan; the catalogue defaults to the entries of its tables. */
export function loadPlan(input: PlanInput): LoadPlan {
  const tables = input.tables ?? [];
  const root = rootOf(input);
  return {
    loadId: `load-${input.position}`,
    schema: input.schema ?? 'shop',
    ddl: input.ddl ?? [],
    catalogue: input.catalogue ?? catalogueOf(root, tables),
    mode: input.mode ?? 'upsert',
    tables: tables.map(tableLoad),
    rejects: (input.rejects ?? []).map((reject) => ({ scope: 'record', sequence: 0n, payload: new Uint8Array(0), ...reject })),
    ...(input.deletes === undefined
      ? {}
      : { deletes: Uint8Array.from(tables[0]?.rows ?? [], (_, row) => (input.deletes?.includes(row) === true ? 1 : 0)) }),
    version: input.version,
    activate: input.activate ?? false,
    ...(input.dropMarked === undefined ? {} : { dropMarked: input.dropMarked }),
    batchedAt: testBatchedAt,
    ledger: {
      key: { incarnation: testIncarnation, sourceId: 7, binding: 0, root },
      expected: input.expected,
      position: input.position,
      counts: { received: tables[0]?.rows.length ?? 0, rejected: input.rejects?.length ?? 0, superseded: 0, replacedSurrogates: 0 },
      bookmarks: {},
    },
  };
}
