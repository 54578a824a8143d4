import { absentTime } from '../batch/batch.ts';
import type { LoadFacts, SchemaDescription } from '../sinks/sink.ts';
import { dropped, targetOf } from './column-buffer.ts';
import { findVersions } from './row-target.ts';
import type { ShapedWindow } from './shape.ts';

/** What post-load hooks are told of a load besides its report (connect-api.md §10.4). */
export function findFacts(shaped: ShapedWindow, description: SchemaDescription, leastBookmarks: LoadFacts['leastBookmarks']): LoadFacts {
  const { target, root, rootName } = shaped;
  const version = typeof target === 'bigint' ? target : findVersions(description, rootName)?.active;
  return { table: root.table, version: String(version ?? 0n), leastBookmarks, maxTimeExtracted: findLatest(shaped) };
}

/** Milliseconds since the epoch of the latest extraction among the rows that load. */
function findLatest({ rootRows, survivors }: ShapedWindow): number | null {
  let latest = absentTime;
  const times = rootRows.timesExtracted() ?? [];
  for (const [row, time] of times.entries()) {
    if (time !== absentTime && (latest === absentTime || time > latest) && targetOf(survivors, row) !== dropped) latest = time;
  }
  return latest === absentTime ? null : Number(latest / 1000n);
}
