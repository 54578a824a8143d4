/** A deterministic series of loads: what the tables hold follows from the ledger's position alone. */
import type { LoadPlan } from '../../src/sinks/sink.ts';
import { createTable, loadPlan } from './sink-plans.ts';
import type { TableInput } from './sink-plans.ts';

export const rowsPerLoad = 3000;

export type CrashStream = (typeof crashStreams)[number];
export const crashStreams = ['keyed', 'appended', 'versioned'] as const;

/** Load number `position` of a stream: it adds a column, replaces half of the keyed rows and all of their children, or goes on with a version. */
export function crashPlan(stream: CrashStream, position: number): LoadPlan {
  if (stream === 'versioned') return versionPlan(position);
  const base = stream === 'keyed' ? ((position - 1) * rowsPerLoad) / 2 : (position - 1) * rowsPerLoad;
  const ids = Array.from({ length: rowsPerLoad }, (_, index) => BigInt(base + index));
  const key = stream === 'keyed' ? ['id'] : [];
  const root: TableInput = {
    table: stream,
    keyColumns: key,
    columns: [
      ['id', 'bigint'],
      ['text', 'string'],
      ['_sdc_sequence', 'bigint'],
      [`column_${position}`, 'bigint'],
    ],
    rows: ids.map((id) => [id, `text of row ${id} in load ${position}`, BigInt(position), id]),
  };
  const children: TableInput = {
    table: `${stream}__items`,
    path: ['items'],
    keyColumns: stream === 'keyed' ? ['_sdc_source_key_id'] : [],
    columns: [
      ['_sdc_source_key_id', 'bigint'],
      ['_sdc_sequence', 'bigint'],
    ],
    rows: ids.map((id) => [id, BigInt(position)]),
    rootRow: [...ids.keys()],
  };
  return loadPlan({
    root: stream,
    mode: stream === 'keyed' ? 'upsert' : 'append',
    ddl:
      position === 1
        ? [{ kind: 'create-schema' }, createTable(root), createTable(children)]
        : [{ kind: 'add-column', table: stream, column: { name: `column_${position}`, type: 'bigint' } }],
    tables: [root, children],
    rejects: [{ table: stream, reason: 'none', record: String(position) }],
    expected: position === 1 ? undefined : position - 1,
    position,
  });
}

/** Rows of a version wait after its first load; the second brings as many, and activates it. */
function versionPlan(position: number): LoadPlan {
  const version = Math.ceil(position / 2);
  const activate = position % 2 === 0;
  const ids = Array.from({ length: rowsPerLoad }, (_, index) => BigInt(activate ? index + rowsPerLoad : index));
  const root: TableInput = {
    table: 'versioned',
    keyColumns: ['id'],
    columns: [
      ['id', 'bigint'],
      [`column_${version}`, 'bigint'],
      ['_sdc_sequence', 'bigint'],
    ],
    rows: ids.map((id) => [id, BigInt(version), 1n]),
  };
  const children: TableInput = {
    table: 'versioned__items',
    path: ['items'],
    keyColumns: ['_sdc_source_key_id'],
    columns: [
      ['_sdc_source_key_id', 'bigint'],
      ['version', 'bigint'],
    ],
    rows: ids.map((id) => [id, BigInt(version)]),
    rootRow: [...ids.keys()],
  };
  return loadPlan({
    ddl: activate ? [] : [{ kind: 'create-schema' }, createTable(root), createTable(children)],
    tables: [root, children],
    version: BigInt(version),
    activate,
    expected: position === 1 ? undefined : position - 1,
    position,
  });
}
