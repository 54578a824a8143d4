import { createByteWriter, reserve } from '../batch/byte-writer.ts';
import type { FillContext } from './fill.ts';
import type { Int64Halves } from './json/numbers.ts';
import { readInt64 } from './json/numbers.ts';
import { readString } from './json/read-value.ts';
import { nextEntry } from './json/tape.ts';
import { maxKeptTableBytes, maxKeptTablesBytes } from './limits.ts';
import { Field, isActivation } from './push-record.ts';
import { keyNamesOf } from './record-data.ts';
import type { TableMessages } from './tables.ts';
import { clearTable, createTable } from './tables.ts';

/**
 * The tables of a push: one for each (table, key names, table version), by first appearance. A table outlives its body, empty: most
 * bodies bring records like those before, and then nothing is allocated for them.
 */
export interface PushTables {
  /** The table of a checked record. An activation without upserts before it in its table and version has no key names. */
  find(found: Int32Array): TableMessages;
  /** Those the body has used. */
  all(): TableMessages[];
  /** Ends a body. */
  clear(): void;
}

interface PushTable {
  readonly id: string;
  /** Of all tables with this name and version. */
  readonly family: string;
  readonly messages: TableMessages;
  /** Rises from find to find; 0 when this body has not used it. */
  lastUse: number;
  /** Memory it holds while it is kept. */
  bytes: number;
}

/** No tables yet; `context` is that of every body. */
export function createPushTables(context: FillContext): PushTables {
  const { tape } = context;
  const known = new Map<string, PushTable>();
  const halves: Int64Halves = { low: 0, high: 0 };
  let used: PushTable[] = [];
  let uses = 0;
  let keptBytes = 0;
  /** Where an activation belongs: the table with keys that the body used last. Made for the first one. */
  let latest: Map<string, PushTable> | undefined;
  /** The last table with keys, and the entries that named it: kinds, ends in `lastText`. */
  let last: PushTable | undefined;
  const lastKinds: number[] = [];
  const lastEnds: number[] = [];
  const lastText = createByteWriter(256);

  /** Name, key names and version of a record are those of `last`, byte for byte. */
  function isLast(name: number, keys: number, version: number): boolean {
    let place = 0;
    if (last === undefined || !sameEntry(name, place++)) return false;
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

  function remember(table: PushTable, name: number, keys: number, version: number): void {
    last = table;
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
    const before = names.length === 0 ? (latest ??= latestByFamily()).get(family) : undefined;
    if (before) return before;
    const id = `${family}${JSON.stringify(names)}`;
    let entry = known.get(id);
    if (!entry) {
      const messages = createTable({ table, keyNames: keyNamesOf(names), tableVersion, bookmarkNames: [], typing: undefined });
      entry = { id, family, messages, lastUse: 0, bytes: 0 };
      known.set(id, entry);
    }
    return entry;
  }

  function latestByFamily(): Map<string, PushTable> {
    const keyed = used.filter(({ messages }) => messages.keyNames.length > 0);
    return new Map(keyed.sort((one, other) => one.lastUse - other.lastUse).map((table) => [table.family, table]));
  }

  function use(table: PushTable): TableMessages {
    if (table.lastUse === 0) used.push(table);
    table.lastUse = ++uses;
    if (table.messages.keyNames.length > 0) latest?.set(table.family, table);
    return table.messages;
  }

  function keep(table: PushTable): void {
    const bytes = table.messages.builder.bytes();
    keptBytes += (bytes > maxKeptTableBytes ? 0 : bytes) - table.bytes;
    table.bytes = bytes;
    table.lastUse = 0;
    if (bytes <= maxKeptTableBytes) return clearTable(table.messages);
    known.delete(table.id);
    if (last === table) last = undefined;
  }

  return {
    find(found) {
      if (isActivation(context, found)) return use(findByContent(found, []));
      const name = found[Field.tableName] as number;
      const keys = found[Field.keyNames] as number;
      const version = found[Field.tableVersion] as number;
      if (last === undefined || !isLast(name, keys, version)) {
        const names = entriesOf(keys).map((key) => readString(context, key));
        remember(findByContent(found, names), name, keys, version);
      }
      return use(last as PushTable);
    },
    all: () => used.map(({ messages }) => messages),
    clear() {
      if (used.length === 0) return;
      for (const table of used) keep(table);
      used = [];
      uses = 0;
      latest = undefined;
      if (keptBytes <= maxKeptTablesBytes) return;
      known.clear();
      last = undefined;
      keptBytes = 0;
    },
  };
}
