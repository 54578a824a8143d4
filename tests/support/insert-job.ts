/** Jobs in the store as running taps leave them; what runs taps is not built. */
import type { ConnectServer } from './connect-server.ts';

interface Ended {
  /** Milliseconds since the epoch; null: it runs. */
  readonly completedAt: number | null;
  /** Of the tap. */
  readonly status?: number | null;
  /** A minute before its end, when not given. */
  readonly startedAt?: number;
}

/** Inserts a job of a source. */
export async function insertJob({ plane }: ConnectServer, sourceId: number, name: string, ended: Ended): Promise<void> {
  const { completedAt, status = 0, startedAt = (completedAt ?? plane.clock.now) - 60_000 } = ended;
  const phases = { discovery_exit_status: 0, tap_exit_status: status, target_exit_status: 0 };
  await plane.parts.store.transaction((tx) =>
    tx
      .insertInto('job')
      .values({
        name,
        source_id: sourceId,
        started_at: startedAt,
        completed_at: completedAt,
        discovery_description: null,
        tap_description: status === 1 ? 'relation "orders" does not exist' : null,
        target_description: null,
        ...(completedAt === null ? { discovery_exit_status: null, tap_exit_status: null, target_exit_status: null } : phases),
      })
      .execute(),
  );
}
