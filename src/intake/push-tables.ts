import type { FillContext } from './fill.ts';
import type { Int64Halves } from './json/numbers.ts';
import { readInt64 } from './json/numbers.ts';
import { readString } from './json/read-value.ts';
import { nextEntry } from './json/tape.ts';
import { Field, isActivation } from './push-record.ts';
import { keyNamesOf } from './record-data.ts';
import type { TableMessages } from './tables.ts';
import { createTable } from './tables.ts';

/** The tables of a push: one for each (table, key names, table version), by first appearance. */
export interface PushTables {
  /** The table of a checked record. An activation without upserts before it in its table and version has no key names. */
  find(found: Int32Array): TableMessages;
  all(): TableMessages[];
}

/** No tables yet. */
export function createPushTables(context: FillContext): PushTables {
  const { tape } = context;
  const tables = new Map<string, TableMessages>();
  /** The last table with keys of each (table, version): where an activation belongs. */
  const latest = new Map<string, TableMessages>();
  const halves: Int64Halves = { low: 0, high: 0 };
  let last: TableMessages | undefined;
  /** Byte ranges of what made `last`: name, key names, version. */
  let lastRanges = new Int32Array(6);
  let ranges = new Int32Array(6);

  function setRanges(found: Int32Array): void {
    const name = found[Field.tableName] as number;
    const keys = found[Field.keyNames] as number;
    const version = found[Field.tableVersion] as number;
    ranges[0] = tape.starts[name] as number;
    ranges[1] = tape.ends[name] as number;
    ranges[2] = tape.starts[keys + 1] as number;
    ranges[3] = tape.ends[(tape.ends[keys] as number) - 1] as number;
    ranges[4] = version < 0 ? 0 : (tape.starts[version] as number);
    ranges[5] = version < 0 ? 0 : (tape.ends[version] as number);
  }

  function sameRange(at: number): boolean {
    const { bytes } = context;
    const one = ranges[at] as number;
    const other = lastRanges[at] as number;
    const length = (ranges[at + 1] as number) - one;
    if ((lastRanges[at + 1] as number) - other !== length) return false;
    for (let offset = 0; offset < length; offset++) if (bytes[one + offset] !== bytes[other + offset]) return false;
    return true;
  }

  function versionOf(at: number): bigint | undefined {
    if (at < 0) return undefined;
    readInt64(context.bytes, tape.starts[at] as number, tape.ends[at] as number, halves);
    return (BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0);
  }

  function findByContent(found: Int32Array, names: readonly string[]): TableMessages {
    const table = readString(context, found[Field.tableName] as number);
    const tableVersion = versionOf(found[Field.tableVersion] as number);
    const family = JSON.stringify([table, String(tableVersion)]);
    const before = names.length === 0 ? latest.get(family) : undefined;
    if (before) return before;
    const id = `${family}${JSON.stringify(names)}`;
    let messages = tables.get(id);
    if (!messages) {
      messages = createTable({ table, keyNames: keyNamesOf(names), tableVersion, bookmarkNames: [], typing: undefined });
      tables.set(id, messages);
    }
    if (names.length > 0) latest.set(family, messages);
    return messages;
  }

  function keyNames(at: number): string[] {
    const names: string[] = [];
    const end = tape.ends[at] as number;
    for (let name = at + 1; name < end; name = nextEntry(tape, name)) names.push(readString(context, name));
    return names;
  }

  return {
    find(found) {
      if (isActivation(context, found)) return findByContent(found, []);
      setRanges(found);
      if (last && sameRange(0) && sameRange(2) && sameRange(4)) return last;
      last = findByContent(found, keyNames(found[Field.keyNames] as number));
      [lastRanges, ranges] = [ranges, lastRanges];
      return last;
    },
    all: () => [...tables.values()],
  };
}
