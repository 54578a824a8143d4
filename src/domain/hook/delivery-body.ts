import type { LoadRecord } from '../load/load-record.ts';

/** ECMAScript §21.4.1.1. */
const maxDateMs = 8.64e15;

/** What a hook is told of a load, as JSON (connect-api.md §10.4). `integration` is the name of the source. */
export function renderDelivery(integration: string, load: LoadRecord): string {
  const { table, loaded, counts, bookmarks, facts } = load;
  const names = Object.keys(loaded);
  const root = facts?.table ?? names.toSorted((one, other) => one.length - other.length)[0] ?? table;
  const subtables = names.filter((name) => name !== root);
  const latest = facts?.maxTimeExtracted ?? null;
  // Clients may send times no calendar has.
  const maxTimeExtracted = latest === null || Math.abs(latest) > maxDateMs ? null : instant(latest);
  const isAllRejected = counts.rejected > 0 && names.every((name) => loaded[name] === 0);
  const body = {
    version: '1.0',
    integration_name: integration,
    source_root_table_name: table,
    destination_root_table_name: root,
    // Exact beyond 2^53: clients may send any 64-bit version.
    table_version: rawJson(facts?.version ?? String(load.versions?.active ?? 0n)),
    new_version: load.newVersion,
    minimum_sdc_batched_at: instant(load.batchedAt),
    tables: [
      {
        source_table_name: table,
        destination_table_name: root,
        num_rows: loaded[root] ?? 0,
        num_rows_rejected: counts.rejected,
        max_time_extracted: maxTimeExtracted,
        bookmark_metadata: isAllRejected
          ? null
          : Object.entries(bookmarks).map(([key, max]) => ({ key, min_value: facts?.leastBookmarks[key] ?? max, max_value: max })),
      },
      ...subtables.map((name) => ({
        source_table_name: name.startsWith(`${root}__`) ? name.slice(root.length + 2) : name,
        destination_table_name: name,
        num_rows: loaded[name] ?? 0,
        num_rows_rejected: 0,
        max_time_extracted: maxTimeExtracted,
        bookmark_metadata: isAllRejected ? null : [],
      })),
    ],
  };
  return JSON.stringify(body);
}

/** With milliseconds. */
function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** A number as it is written (ECMAScript 2026), which the compiler's library does not know yet. */
function rawJson(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);
}
