import { createByteWriter, reserve } from '../batch/byte-writer.ts';
import type { FillContext } from './fill.ts';
import type { Int64Halves } from './json/numbers.ts';
import { readInt64 } from './json/numbers.ts';
import { readString } from './json/read-value.ts';
import { nextEntry } from './json/tape.ts';
import type { KeptTable, KeptTables } from './kept-tables.ts';
import { Field, isActivation } from './push-record.ts';
import { keyNamesOf } from './record-data.ts';
import type { TableMessages } from './tables.ts';
import { createTable } from './tables.ts';

/** The tables of a push: one for each (table, key names, table version), by first appearance; after an activation others begin anew. */
export interface PushTables {
  /** The table of a checked record. An activation without upserts before it in its table and version has no key names. */
  find(found: Int32Array): TableMessages;
  /** Ends a body. */
  end(): void;
}

interface PushTable {
  /** Name and version. */
  readonly family: string;
  readonly kept: KeptTable;
}

/** No tables yet; `context` is that of every body, and `kept` keeps the tables. */
export function createPushTables(context: FillContext, kept: KeptTables): PushTables {
  const { tape } = context;
  const halves: Int64Halves = { low: 0, high: 0 };
  /** The body's tables with keys, each time it turned to one. */
  let turns: PushTable[] = [];
  /** By family the last of them: where an activation belongs. Made for the first activation. */
  let latest: Map<string, KeptTable> | undefined;
  /** The body's tables by name. Made for the first activation. */
  let byName: Map<string, Set<KeptTable>> | undefined;
  /** The last table with keys, maybe of a body before, and the entries that named it: kinds, ends in `lastText`. */
  let last: PushTable | undefined;
  const lastKinds: number[] = [];
  const lastEnds: number[] = [];
  const lastText = createByteWriter(256);

  /** Name, key names and version of a record are those of `last`, byte for byte. */
  function isLast(name: number, keys: number, version: number): boolean {
    let place = 0;
    if (!sameEntry(name, place++)) return false;
    for (let key = keys + 1; key < (tape.ends[keys] as number); key++) if (!sameEntry(key, place++)) return false;
    return sameEntry(version, place++) && place === lastKinds.length;
  }

  function sameEntry(at: number, place: number): boolean {
    if (lastKinds[place] !== kindAt(at)) return false;
    if (at < 0) return true;
    const { bytes } = context;
    const start = tape.starts[at] as number;
    const first = place === 0 ? 0 : (lastEnds[place - 1] as number);
    const length = (lastEnds[place] as number) - first;
    if ((tape.ends[at] as number) - start !== length) return false;
    for (let offset = 0; offset < length; offset++) if (bytes[start + offset] !== lastText.bytes[first + offset]) return false;
    return true;
  }

  function kindAt(at: number): number {
    return at < 0 ? -1 : (tape.kinds[at] as number);
  }

  function remember(name: number, keys: number, version: number): void {
    lastKinds.length = 0;
    lastEnds.length = 0;
    lastText.length = 0;
    for (const at of [name, ...entriesOf(keys), version]) {
      const start = at < 0 ? 0 : (tape.starts[at] as number);
      const length = at < 0 ? 0 : (tape.ends[at] as number) - start;
      reserve(lastText, length);
      lastText.bytes.set(context.bytes.subarray(start, start + length), lastText.length);
      lastText.length += length;
      lastKinds.push(kindAt(at));
      lastEnds.push(lastText.length);
    }
  }

  function entriesOf(keys: number): number[] {
    const entries: number[] = [];
    for (let key = keys + 1; key < (tape.ends[keys] as number); key = nextEntry(tape, key)) entries.push(key);
    return entries;
  }

  function versionOf(at: number): bigint | undefined {
    if (at < 0) return undefined;
    readInt64(context.bytes, tape.starts[at] as number, tape.ends[at] as number, halves);
    return (BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0);
  }

  function findByContent(found: Int32Array, names: readonly string[]): PushTable {
    const table = readString(context, found[Field.tableName] as number);
    const tableVersion = versionOf(found[Field.tableVersion] as number);
    const family = JSON.stringify([table, String(tableVersion)]);
    const before = names.length === 0 ? findLatest(family) : undefined;
    const create = (): TableMessages =>
      createTable({ table, keyNames: keyNamesOf(names), tableVersion, bookmarkNames: [], typing: undefined });
    return { family, kept: before ?? kept.find({ id: `${family}${JSON.stringify(names)}`, create }) };
  }

  function findLatest(family: string): KeptTable | undefined {
    latest ??= new Map(turns.map((turn) => [turn.family, turn.kept]));
    const found = latest.get(family);
    return found?.dropped === true ? undefined : found;
  }

  function use(table: KeptTable): TableMessages {
    kept.use(table);
    if (byName !== undefined) tablesNamed(byName, table.messages.table).add(table);
    return table.messages;
  }

  /** Rows that come after an activation must not lie before it: it would take those without a version along (loading.md §7). */
  function closeOtherVersions({ family, kept: { messages } }: PushTable): void {
    byName ??= groupByName(kept.used());
    const tables = tablesNamed(byName, messages.table);
    for (const table of tables) {
      if (table.id.startsWith(family)) continue;
      kept.drop(table);
      tables.delete(table);
    }
  }

  function activationTable(found: Int32Array): TableMessages {
    const table = findByContent(found, []);
    closeOtherVersions(table);
    return use(table.kept);
  }

  function turnTo(table: PushTable): void {
    turns.push(table);
    latest?.set(table.family, table.kept);
  }

  return {
    find(found) {
      if (isActivation(context, found)) return activationTable(found);
      const name = found[Field.tableName] as number;
      const keys = found[Field.keyNames] as number;
      const version = found[Field.tableVersion] as number;
      if (last === undefined || last.kept.dropped || !isLast(name, keys, version)) {
        const names = entriesOf(keys).map((key) => readString(context, key));
        last = findByContent(found, names);
        remember(name, keys, version);
        turnTo(last);
      } else if (turns.length === 0) turnTo(last);
      return use(last.kept);
    },
    end() {
      turns = turns.length === 0 ? turns : [];
      latest = undefined;
      byName = undefined;
    },
  };
}

function groupByName(tables: readonly KeptTable[]): Map<string, Set<KeptTable>> {
  const groups = new Map<string, Set<KeptTable>>();
  for (const table of tables) tablesNamed(groups, table.messages.table).add(table);
  return groups;
}

function tablesNamed(groups: Map<string, Set<KeptTable>>, name: string): Set<KeptTable> {
  let tables = groups.get(name);
  if (tables === undefined) groups.set(name, (tables = new Set()));
  return tables;
}
