import type { Client } from 'pg';
import { isSessionLost } from '../../lib/postgres.ts';
import { inTransaction } from '../../lib/postgres-session.ts';
import type { Session } from '../../lib/postgres-session.ts';
import { planCompaction } from '../embedded/compaction-plan.ts';
import { addSegment, BufferTakenError, dropSegments, listSegments, requireOwner } from './catalog.ts';
import type { OpenedTables } from './open-tables.ts';
import { measureTable } from './segment-table.ts';
import type { TableSegment } from './segment-table.ts';

/** An active segment emptied beyond this size is dropped too; below it, a new table would cost more than it gives back. */
const keepEmptyBytes = 4 * 1024 * 1024;

/** Drops drained segments, and rewrites those that little keeps: disk space is given back by dropping tables alone. */
export function createJanitor(options: { opened: OpenedTables; desk: Session; segmentBytes: number }): { clean(): Promise<void> } {
  const { opened, desk, segmentBytes } = options;
  const { set, ownership } = opened;
  /** Taken out of the set; their tables are perhaps still there. */
  let doomed: TableSegment[] = [];

  async function drop(): Promise<void> {
    const drained = set.segments.filter(
      (segment) => segment.parts.size === 0 && segment !== set.busy && (segment !== set.active || segment.fileBytes >= keepEmptyBytes),
    );
    if (set.active !== undefined && drained.includes(set.active)) set.active = undefined;
    set.replace(drained);
    doomed.push(...drained);
    if (doomed.length === 0) return;
    await desk.run((client) =>
      inTransaction(client, async () => {
        await requireOwner(client, ownership);
        const listed = new Set((await listSegments(client)).map(({ number }) => number));
        await dropSegments(
          client,
          doomed.filter(({ number }) => listed.has(number)),
        );
      }),
    );
    doomed = [];
  }

  async function rewrite(): Promise<boolean> {
    const sealed = set.segments.filter((segment) => segment !== set.active && segment !== set.busy);
    const planned = new Set(planCompaction(sealed, segmentBytes));
    const old = sealed.filter((segment) => planned.has(segment));
    if (old.length === 0) return false;
    await desk.run(async (client) => {
      const made = await inTransaction(client, () => copyPending(client, old));
      set.replace(old, made);
    });
    return true;
  }

  async function copyPending(client: Client, old: readonly TableSegment[]): Promise<TableSegment> {
    await requireOwner(client, ownership);
    const segment = await addSegment(client, set.nextNumber(), ownership.current, true);
    for (const { table, parts, lastPosition } of old) {
      await client.query(
        `insert into ${segment.table} select b.* from ${table} as b join stream as s on s.id = b.stream where b.position > s.acknowledged`,
      );
      for (const [key, part] of parts) {
        const before = segment.parts.get(key) ?? { batches: 0, bytes: 0 };
        segment.parts.set(key, { ...part, batches: before.batches + part.batches, bytes: before.bytes + part.bytes });
      }
      segment.lastPosition = lastPosition;
    }
    segment.fileBytes = (await measureTable(client, segment.table)).fileBytes;
    await dropSegments(client, old);
    return segment;
  }

  return {
    async clean() {
      await drop();
      while (await rewrite());
    },
  };
}

/** Cleaning that failed is tried again after the next acknowledgement, unless nobody knows any more which tables there are. */
export function isHarmless(error: unknown): boolean {
  return !(error instanceof BufferTakenError) && !isSessionLost(error);
}
