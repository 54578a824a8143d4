/** A deterministic series of loads: what the tables hold follows from the ledger's position alone. */
import type { LoadPlan } from '../../src/sinks/sink.ts';
import { createTable, loadPlan } from './sink-plans.ts';
import type { TableInput } from './sink-plans.ts';

export const rowsPerLoad = 3000;

/** Load number `position` of a stream: it renames or adds a column, replaces half of the keyed rows and all of their children. */
export function crashPlan(stream: 'keyed' | 'appended', position: number): LoadPlan {
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
