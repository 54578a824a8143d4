import type { Client } from 'pg';
import { findSqlState, isSessionLost } from '../../lib/postgres.ts';
import { inTransaction } from '../../lib/postgres-session.ts';
import type { Session } from '../../lib/postgres-session.ts';
import { planCompaction } from '../embedded/compaction-plan.ts';
import { addSegment, dropSegments, listSegments, lockTables, requireOwner } from './catalog.ts';
import type { OpenedTables } from './open-tables.ts';
import { measureTable } from './segment-table.ts';
import type { TableSegment } from './segment-table.ts';

/** An active segment emptied beyond this size is dropped too; below it, a new table would cost more than it gives back. */
const keepEmptyBytes = 4 * 1024 * 1024;

/** A table is in use: SQLSTATE lock_not_available. */
const lockNotAvailable = '55P03';

interface Rewrite {
  readonly old: readonly TableSegment[];
  readonly made: TableSegment;
}

interface Janitor {
  /** Finds out what became of a rewrite whose session was lost in the commit; until then reading its tables may fail. */
  settle(): Promise<void>;
  /** What fails is tried again at the next call, and so is what it leaves, resolving with false, because somebody reads it. Rejects with what failed. */
  clean(): Promise<boolean>;
}

/** Drops drained segments, and rewrites those that little keeps: disk space is given back by dropping tables alone. */
export function createJanitor(options: { opened: OpenedTables; desk: Session; segmentBytes: number }): Janitor {
  const { opened, desk, segmentBytes } = options;
  const { set, ownership } = opened;
  /** Taken out of the set; their tables are perhaps still there. */
  let doomed: TableSegment[] = [];
  /** Its commit is under way, or nobody knows what became of it. */
  let unsure: Rewrite | undefined;

  async function drop(): Promise<void> {
    const drained = set.segments.filter(
      (segment) => segment.parts.size === 0 && segment !== set.busy && (segment !== set.active || segment.fileBytes >= keepEmptyBytes),
    );
    if (set.active !== undefined && drained.includes(set.active)) set.active = undefined;
    set.replace(drained);
    doomed.push(...drained);
    for (const segment of doomed) {
      if (await isDone((client) => dropOne(client, segment))) doomed = doomed.filter((each) => each !== segment);
    }
  }

  async function dropOne(client: Client, segment: TableSegment): Promise<void> {
    await inTransaction(client, async () => {
      await requireOwner(client, ownership);
      if (!(await listSegments(client)).some(({ number }) => number === segment.number)) return;
      await lockTables(client, [segment]);
      await dropSegments(client, [segment]);
    });
  }

  /** False when somebody else uses one of the tables. */
  async function isDone(work: (client: Client) => Promise<void>): Promise<boolean> {
    try {
      await desk.run(work);
      return true;
    } catch (error) {
      if (findSqlState(error) === lockNotAvailable) return false;
      throw error;
    }
  }

  function planRewrite(): TableSegment[] {
    const sealed = set.segments.filter((segment) => segment !== set.active && segment !== set.busy);
    const planned = new Set(planCompaction(sealed, segmentBytes));
    return sealed.filter((segment) => planned.has(segment));
  }

  async function rewrite(client: Client, old: readonly TableSegment[]): Promise<void> {
    try {
      await inTransaction(client, async () => void (unsure = { old, made: await copyPending(client, old) }));
    } catch (error) {
      if (!isSessionLost(error)) unsure = undefined;
      throw error;
    }
    conclude(true);
  }

  /** Copies what this process counts as pending: the catalogue may know of an acknowledgement that was told to have failed. */
  async function copyPending(client: Client, old: readonly TableSegment[]): Promise<TableSegment> {
    await requireOwner(client, ownership);
    await lockTables(client, old);
    const segment = await addSegment(client, set.nextNumber(), ownership.current, true);
    for (const { table, parts } of old) {
      await client.query(
        `insert into ${segment.table}
         select b.* from (select unnest($1::bigint[]) as id, unnest($2::bigint[]) as floor) as pending
         join ${table} as b on b.stream = pending.id and b.position > pending.floor`,
        [[...parts.values()].map(({ streamId }) => streamId), [...parts.keys()].map((key) => opened.acknowledged.get(key) ?? 0)],
      );
    }
    segment.fileBytes = (await measureTable(client, segment.table)).fileBytes;
    await dropSegments(client, old);
    return segment;
  }

  function conclude(isStored: boolean): void {
    if (isStored && unsure !== undefined) put(unsure);
    unsure = undefined;
  }

  /** Counts are taken over only now: acknowledgements may have gone on. */
  function put({ old, made }: Rewrite): void {
    for (const { parts, lastPosition } of old) {
      for (const [key, part] of parts) {
        const before = made.parts.get(key) ?? { batches: 0, bytes: 0 };
        made.parts.set(key, { ...part, batches: before.batches + part.batches, bytes: before.bytes + part.bytes });
      }
      made.lastPosition = lastPosition;
    }
    set.replace(old, made);
  }

  async function settle(): Promise<void> {
    if (unsure === undefined) return;
    await desk.run(async (client) => {
      if (unsure === undefined) return;
      const { number } = unsure.made;
      const listed = await inTransaction(client, async () => {
        // The lost commit may still be on its way; its transaction holds the owner.
        await requireOwner(client, ownership, { alone: true });
        return listSegments(client);
      });
      conclude(listed.some((segment) => segment.number === number));
    });
  }

  return {
    settle,
    async clean() {
      await settle();
      await drop();
      for (let old = planRewrite(); old.length > 0; old = planRewrite()) {
        const planned = old;
        if (!(await isDone((client) => rewrite(client, planned)))) return false;
      }
      return doomed.length === 0;
    },
  };
}
