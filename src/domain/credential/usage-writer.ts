import type { Registry } from '../../access/registry.ts';
import type { Store } from '../../store/database.ts';
import { updateLastReceived } from '../../store/queries/source.ts';
import { updateLastUse, type CredentialUse } from '../../store/queries/usage.ts';
import type { ReceivedLog, ReceivedRow } from '../source/received-log.ts';

export interface UsageWriter {
  start(): void;
  /** Writes what is due now. */
  flush(): Promise<void>;
  /** Ends the timer and writes everything that is pending. */
  stop(): Promise<void>;
}

/** A turn of the writer holds up every other transaction (ADR 3). */
const maxRowsPerTurn = 500;

/** Writes the use of credentials, and when sources received something, to the store in small batches (access.md, verify). */
export function createUsageWriter(options: {
  registry: Pick<Registry, 'takeUsage'>;
  received: Pick<ReceivedLog, 'take'>;
  store: Store;
  everyMs: number;
  log: { warn(fields: object, message: string): void };
}): UsageWriter {
  const { registry, received, store, everyMs, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  /** Taken from the registry and not yet in the store; a failed turn is repeated with these. */
  let owed: readonly CredentialUse[] = [];
  let owedReceived: readonly ReceivedRow[] = [];

  async function write(all: boolean): Promise<void> {
    for (;;) {
      if (owed.length === 0) owed = registry.takeUsage(maxRowsPerTurn, { all });
      if (owedReceived.length === 0) owedReceived = received.take(maxRowsPerTurn, { all });
      if (owed.length === 0 && owedReceived.length === 0) return;
      const [uses, sources] = [owed, owedReceived];
      await store.transaction(async (tx) => {
        for (const use of uses) await updateLastUse(tx, use);
        for (const source of sources) await updateLastReceived(tx, source);
      });
      [owed, owedReceived] = [[], []];
      if (!all && uses.length < maxRowsPerTurn && sources.length < maxRowsPerTurn) return;
    }
  }

  function enqueue(all: boolean): Promise<void> {
    const turn = running.then(() => write(all));
    running = turn.catch((error: unknown) =>
      log.warn({ err: error }, 'Uses of credentials could not be written; they are kept and tried again.'),
    );
    return turn;
  }

  return {
    start() {
      timer ??= setInterval(() => void enqueue(false).catch(() => undefined), everyMs).unref();
    },
    flush: () => enqueue(false),
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await enqueue(true).catch(() => undefined);
    },
  };
}
