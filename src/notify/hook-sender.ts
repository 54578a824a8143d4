/** Calls post-load hooks with what waits for them (connect-api.md §10.4), hooks side by side, each with one request at a time. */
import type { KeyObject } from 'node:crypto';
import type { HookDelivery, HookOutbox } from '../domain/hook/outbox.ts';
import { postJson } from './post-json.ts';
import { signDelivery } from './sign.ts';
import { createTicker } from './ticker.ts';

export interface HookSender {
  start(): void;
  /** Cuts requests under way short; they are sent again after the next start. */
  stop(): Promise<void>;
}

export interface HookSenderOptions {
  readonly outbox: HookOutbox;
  /** The gate: resolves a host once to the address to connect to. */
  readonly egress: (host: string) => Promise<string>;
  readonly signingKey: (accountId: number) => KeyObject;
  readonly log: { warn(fields: object, message: string): void };
  readonly now?: () => number;
  /** How often the outbox is looked at. */
  readonly everyMs?: number;
  readonly timeoutMs?: number;
  /** Certificates trusted instead of the system's, for tests. */
  readonly ca?: string;
}

/** As the original calls itself; receivers check it. */
const userAgent = 'StitchLoadingWebhook';
const maxSideBySide = 32;

/** A receiver may be told twice of a load when the process ends between the answer and noting it: the load id says so. */
export function createHookSender(options: HookSenderOptions): HookSender {
  const { outbox, egress, signingKey, log, now = Date.now, everyMs = 1000, timeoutMs = 30_000, ca } = options;
  const stopping = new AbortController();
  /** By hook. */
  const underWay = new Map<number, Promise<void>>();

  async function look(): Promise<void> {
    if (underWay.size >= maxSideBySide) return;
    for (const delivery of await outbox.due()) {
      if (stopping.signal.aborted || underWay.size >= maxSideBySide) return;
      const { hookId } = delivery;
      if (underWay.has(hookId)) continue;
      underWay.set(
        hookId,
        deliver(delivery)
          .catch((error: unknown) => log.warn({ hookId, err: error }, 'A delivery to a hook could not be noted; it is sent again.'))
          .then(() => void underWay.delete(hookId)),
      );
    }
  }

  async function deliver(delivery: HookDelivery): Promise<void> {
    const reason = await send(delivery).catch((error: unknown) => describeError(error));
    // Not the receiver's failure.
    if (stopping.signal.aborted && reason !== undefined) return;
    if (reason === undefined) return outbox.delivered(delivery);
    const { hookId, loadId, attempts } = delivery;
    log.warn({ hookId, loadId, attempt: attempts + 1, reason }, 'A hook could not be called.');
    await outbox.failed(delivery, reason);
  }

  /** Undefined when the receiver has taken it, else why not. */
  async function send({ url, body, accountId, loadId }: HookDelivery): Promise<string | undefined> {
    const headers = {
      'user-agent': userAgent,
      'thimble-load-id': loadId,
      'thimble-signature': signDelivery(signingKey(accountId), now(), body),
    };
    const status = await postJson({ url, body, headers, egress, timeoutMs, signal: stopping.signal, ca });
    return status >= 200 && status < 300 ? undefined : `It answered with status ${status}.`;
  }

  const ticker = createTicker({
    everyMs,
    work: look,
    onError: (error) => log.warn({ err: error }, 'The deliveries to hooks could not be read; it is tried again.'),
  });

  return {
    start: () => ticker.start(),
    async stop() {
      stopping.abort();
      await ticker.stop();
      await Promise.all(underWay.values());
    },
  };
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'No connection.';
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : `No connection (${code}).`;
}
