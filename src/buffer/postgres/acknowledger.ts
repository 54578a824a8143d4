import type { Client } from 'pg';
import { isSessionLost } from '../../lib/postgres.ts';
import type { Session } from '../../lib/postgres-session.ts';
import type { AckJob, Reply } from '../embedded/protocol.ts';
import { accounted, removeFromPart } from '../embedded/segment.ts';
import { streamKey } from '../embedded/stream-key.ts';
import { BufferTakenError, raiseAcknowledged } from './catalog.ts';
import type { OpenedTables } from './open-tables.ts';
import { measure } from './segment-table.ts';
import type { TableSegment } from './segment-table.ts';

interface Release {
  readonly segment: TableSegment;
  readonly batches: number;
  readonly bytes: number;
}

/** Acknowledges in one statement what waits, and counts it out of the segments; at most one job per stream. Never rejects. */
export async function commitAcks(
  jobs: readonly AckJob[],
  opened: OpenedTables,
  desk: Session,
  die: (error: Error) => void,
): Promise<Reply[]> {
  try {
    const releases = await twice(() => desk.run((client) => acknowledge(client, jobs, opened)));
    return jobs.map(({ id, stream, position }, index) => {
      const key = streamKey(stream);
      const released = releases[index] ?? [];
      for (const release of released) removeFromPart(release.segment, key, release);
      opened.acknowledged.set(key, Math.max(opened.acknowledged.get(key) ?? 0, position));
      return { id, outcome: { kind: 'acknowledged', batches: sum(released, 'batches'), bytes: sum(released, 'bytes') } };
    });
  } catch (error) {
    if (error instanceof BufferTakenError) die(error);
    const reason = `The buffer could not acknowledge: ${error instanceof Error ? error.message : String(error)}.`;
    return jobs.map(({ id }) => ({ id, outcome: { kind: 'failed', reason } }));
  }
}

/** An acknowledgement may be repeated, so a session that was lost under it is no reason to fail. */
async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BufferTakenError || !isSessionLost(error)) throw error;
    return work();
  }
}

async function acknowledge(client: Client, jobs: readonly AckJob[], opened: OpenedTables): Promise<Release[][]> {
  const releases: Release[][] = [];
  const entries: { streamId: number; position: number }[] = [];
  for (const job of jobs) {
    releases.push(await planRelease(client, job, opened));
    const streamId = opened.streamIds.get(streamKey(job.stream));
    if (streamId !== undefined) entries.push({ streamId, position: job.position });
  }
  await raiseAcknowledged(client, opened.ownership, entries);
  return releases;
}

async function planRelease(client: Client, { stream, position }: AckJob, { set, acknowledged }: OpenedTables): Promise<Release[]> {
  const key = streamKey(stream);
  const floor = acknowledged.get(key) ?? 0;
  const releases: Release[] = [];
  for (const segment of set.segments) {
    const part = segment.parts.get(key);
    if (part === undefined) continue;
    if (part.last <= position) {
      releases.push({ segment, batches: part.batches, bytes: part.bytes });
      continue;
    }
    const measured = await measure(client, segment.table, part.streamId, floor, position);
    releases.push({ segment, batches: measured.batches, bytes: accounted(measured) });
    break;
  }
  return releases;
}

function sum(releases: readonly Release[], what: 'batches' | 'bytes'): number {
  return releases.reduce((total, release) => total + release[what], 0);
}
