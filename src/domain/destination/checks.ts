import { endConnectionCheck, listRunningChecks, type ConnectionCheckRow } from '../../store/queries/connection-check.ts';
import { findDestinationOfAnyAccount } from '../../store/queries/destination.ts';
import type { Store } from '../../store/database.ts';
import { beginCheck } from './begin-check.ts';
import { describeHold, findHold } from './hold.ts';
import type { DestinationOpener, OpenedDestination } from './open.ts';

/** Really connects to a destination and proves that loading there may succeed; rejects with the destination's own text. */
type Probe = (destination: OpenedDestination) => Promise<void>;

export interface DestinationChecks {
  /** From now on checks are run, first those that a stop cut short. `onSucceeded` is told once the result is stored. */
  start(probe: Probe, onSucceeded: (destinationId: number) => void): void;
  /** A check has begun in the store. */
  wake(): void;
  /** Checks a destination because of what its loads show. Never rejects. */
  ask(destinationId: number): Promise<void>;
  /** Begins nothing more and waits for no probe: what is unfinished is run again at the next start. */
  stop(): Promise<void>;
}

const atOnce = 4;

/** Runs the checks that verbs begin in the store. */
export function createDestinationChecks(options: {
  store: Store;
  opener: DestinationOpener;
  now: () => number;
  /** A probe has limits of its own; this one is for a probe that hangs. */
  timeoutMs: number;
  /** How long after a failure a result is stored again. */
  retryMs?: number;
  log: { error(fields: object, message: string): void };
}): DestinationChecks {
  const { store, opener, now, timeoutMs, retryMs = 5_000, log } = options;
  const running = new Set<string>();
  /** Checks that are done, with a result that could not be stored yet. */
  const unstored = new Set<string>();
  const writes = new Set<Promise<boolean>>();
  let started: { readonly probe: Probe; readonly onSucceeded: (destinationId: number) => void } | undefined;
  let stopping = false;
  let reading: Promise<void> = Promise.resolve();

  function wake(): void {
    reading = reading.then(begin).catch((error: unknown) => log.error({ err: error }, 'checks of destinations could not be read'));
  }

  async function begin(): Promise<void> {
    if (stopping || started === undefined) return;
    for (const check of await listRunningChecks(store.read, atOnce + running.size + unstored.size)) {
      if (running.size >= atOnce) return;
      if (!running.has(check.name) && !unstored.has(check.name)) void run(check, started.probe);
    }
  }

  async function run(check: ConnectionCheckRow, ask: Probe): Promise<void> {
    running.add(check.name);
    const failure = await judge(check, ask);
    if (stopping) return;
    let recorded = await recordTracked(check, failure);
    // The result waits outside of the few at once: the others go on.
    if (!recorded) unstored.add(check.name);
    running.delete(check.name);
    wake();
    while (!recorded) {
      await later(retryMs);
      if (stopping) return;
      recorded = await recordTracked(check, failure);
    }
    unstored.delete(check.name);
  }

  async function recordTracked(check: ConnectionCheckRow, failure: string | undefined): Promise<boolean> {
    const write = record(check, failure);
    writes.add(write);
    const recorded = await write;
    writes.delete(write);
    return recorded;
  }

  /** Undefined when the destination can be used, else why not. */
  async function judge({ connection_id: id }: ConnectionCheckRow, ask: Probe): Promise<string | undefined> {
    try {
      const row = await findDestinationOfAnyAccount(store.read, id);
      const hold = row && (await findHold(store.read, row, now()));
      if (hold !== undefined) return `${describeHold(hold)} Nothing connects to it until it is released.`;
      const destination = row && (await opener.open(store.read, row));
      if (destination === undefined) return 'The destination was deleted, or lacks a property.';
      await within(timeoutMs, ask(destination));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function record(check: ConnectionCheckRow, failure: string | undefined): Promise<boolean> {
    try {
      const ended = { name: check.name, completedAt: now(), errorMessage: failure ?? null };
      await store.transaction((tx) => endConnectionCheck(tx, ended));
      if (failure === undefined) started?.onSucceeded(check.connection_id);
      return true;
    } catch (error) {
      log.error({ err: error, check: check.name }, 'the result of a check could not be stored; it is tried again');
      return false;
    }
  }

  return {
    start(probe, onSucceeded) {
      started = { probe, onSucceeded };
      wake();
    },
    wake,
    async ask(destinationId) {
      try {
        await store.transaction(async (tx) => {
          const row = await findDestinationOfAnyAccount(tx, destinationId);
          if (row !== undefined && row.deleted_at === null) await beginCheck(tx, { id: row.id, accountId: row.account_id, now: now() });
        });
        wake();
      } catch (error) {
        log.error({ err: error, destinationId }, 'a check could not be begun');
      }
    },
    async stop() {
      stopping = true;
      await reading;
      await Promise.all(writes);
    },
  };
}

/** Keeps no process alive. */
function later(delayMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, delayMs).unref());
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The destination did not answer in time.')), timeoutMs).unref();
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
