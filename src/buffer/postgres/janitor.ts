import type { Client } from 'pg';
import { isSessionLost } from '../../lib/postgres.ts';
import { inTransaction, SessionUnavailableError } from '../../lib/postgres-session.ts';
import type { Session } from '../../lib/postgres-session.ts';
import { planCompaction } from '../embedded/compaction-plan.ts';
import { addSegment, dropSegments, listSegments, requireOwner } from './catalog.ts';
import type { OpenedTables } from './open-tables.ts';
import { measureTable } from './segment-table.ts';
import type { TableSegment } from './segment-table.ts';

/** An active segment emptied beyond this size is dropped too; below it, a new table would cost more than it gives back. */
const keepEmptyBytes = 4 * 1024 * 1024;

interface Rewrite {
  readonly old: readonly TableSegment[];
  /** Undefined until it was complete but for its commit. */
  made: TableSegment | undefined;
}

/** Drops drained segments, and rewrites those that little keeps: disk space is given back by dropping tables alone. */
export function createJanitor(options: { opened: OpenedTables; desk: Session; segmentBytes: number }): {
  /** What fails is tried again at the next call. Rejects with `BufferTakenError`, and with what failed. */
  clean(): Promise<void>;
} {
  const { opened, desk, segmentBytes } = options;
  const { set, ownership } = opened;
  /** Taken out of the set; their tables are perhaps still there. */
  let doomed: TableSegment[] = [];
  /** Its session was lost in the commit. Until it is looked up, reading the old tables may fail. */
  let unsure: Rewrite | undefined;

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
    const work: Rewrite = { old: sealed.filter((segment) => planned.has(segment)), made: undefined };
    if (work.old.length === 0) return false;
    try {
      await desk.run((client) => inTransaction(client, async () => void (work.made = await copyPending(client, work.old))));
    } catch (error) {
      if (isSessionLost(error) && !(error instanceof SessionUnavailableError)) unsure = work;
      throw error;
    }
    put(work);
    return true;
  }

  async function copyPending(client: Client, old: readonly TableSegment[]): Promise<TableSegment> {
    await requireOwner(client, ownership);
    const segment = await addSegment(client, set.nextNumber(), ownership.current, true);
    for (const { table } of old) {
      await client.query(
        `insert into ${segment.table} select b.* from ${table} as b join stream as s on s.id = b.stream where b.position > s.acknowledged`,
      );
    }
    segment.fileBytes = (await measureTable(client, segment.table)).fileBytes;
    await dropSegments(client, old);
    return segment;
  }

  /** Counts are taken over only now: acknowledgements may have gone on. */
  function put({ old, made }: Rewrite): void {
    if (made === undefined) return;
    for (const { parts, lastPosition } of old) {
      for (const [key, part] of parts) {
        const before = made.parts.get(key) ?? { batches: 0, bytes: 0 };
        made.parts.set(key, { ...part, batches: before.batches + part.batches, bytes: before.bytes + part.bytes });
      }
      made.lastPosition = lastPosition;
    }
    set.replace(old, made);
  }

  async function lookUp({ old, made }: Rewrite): Promise<void> {
    const listed = await desk.run((client) => listSegments(client));
    if (listed.some(({ number }) => number === made?.number)) put({ old, made });
    unsure = undefined;
  }

  return {
    async clean() {
      if (unsure !== undefined) await lookUp(unsure);
      await drop();
      while (await rewrite());
    },
  };
}
