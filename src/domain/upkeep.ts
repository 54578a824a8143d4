/** What the installation does for itself from time to time. */
import type { AuditTrail } from '../store/audit.ts';
import type { Store } from '../store/database.ts';
import { logAuditHead } from './audit/log-head.ts';
import { pruneUses } from './credential/prune-uses.ts';
import { pruneEnded } from './session/prune.ts';
import { pruneLoadReports } from './load/prune-reports.ts';

export interface Upkeep {
  /** Runs at once and then at every interval. */
  start(): void;
  /** Ends the timer and waits for a run under way. */
  stop(): Promise<void>;
}

/** Logs the audit head and prunes load reports, uses of credentials and answered requests. What fails is logged and tried again the next time. */
export function createUpkeep(options: {
  store: Store;
  audit: AuditTrail;
  now: () => number;
  everyMs: number;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}): Upkeep {
  const { everyMs, log } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    await logAuditHead(options);
    await pruneLoadReports({ ...options, signal: stopping.signal });
    await pruneUses({ ...options, signal: stopping.signal });
    await pruneEnded(options);
  }

  function enqueue(): void {
    running = running
      .then(run)
      .catch((error: unknown) => log.warn({ err: error }, 'The hourly upkeep failed; it is tried again in an hour.'));
  }

  return {
    start() {
      timer = setInterval(enqueue, everyMs).unref();
      enqueue();
    },
    stop() {
      clearInterval(timer);
      stopping.abort();
      return running;
    },
  };
}
