/** Posts what waits in an outbox, receivers side by side, each with one request at a time. */
import { postJson } from './post-json.ts';
import { createTicker } from './ticker.ts';

export interface DeliverySender {
  start(): void;
  /** Cuts requests under way short; they are sent again after the next start. */
  stop(): Promise<void>;
}

interface Delivery {
  readonly url: string;
  readonly body: string;
  /** Made so far. */
  readonly attempts: number;
}

export interface SendingOptions {
  /** The gate: resolves a host once to the address to connect to. */
  readonly egress: (host: string) => Promise<string>;
  readonly log: { warn(fields: object, message: string): void };
  readonly now?: () => number;
  /** How often the outbox is looked at. */
  readonly everyMs?: number;
  readonly timeoutMs?: number;
  /** Certificates trusted instead of the system's, for tests. */
  readonly ca?: string;
}

interface DeliverySenderOptions<D extends Delivery> extends SendingOptions {
  readonly outbox: {
    due(): Promise<D[]>;
    delivered(delivery: D): Promise<void>;
    failed(delivery: D, reason: string): Promise<void>;
  };
  readonly receiverOf: (delivery: D) => number;
  readonly headersOf: (delivery: D) => Readonly<Record<string, string>>;
  /** What a line of the log says about it. */
  readonly fieldsOf: (delivery: D) => object;
  readonly messages: { readonly failed: string; readonly notNoted: string; readonly notRead: string };
}

const maxSideBySide = 32;

/** A receiver may be told twice when the process ends between the answer and noting it. */
export function createDeliverySender<D extends Delivery>(options: DeliverySenderOptions<D>): DeliverySender {
  const { outbox, receiverOf, headersOf, fieldsOf, messages, egress, log, everyMs = 1000, timeoutMs = 30_000, ca } = options;
  const stopping = new AbortController();
  /** By receiver. */
  const underWay = new Map<number, Promise<void>>();

  async function look(): Promise<void> {
    if (underWay.size >= maxSideBySide) return;
    for (const delivery of await outbox.due()) {
      if (stopping.signal.aborted || underWay.size >= maxSideBySide) return;
      const receiver = receiverOf(delivery);
      if (underWay.has(receiver)) continue;
      underWay.set(
        receiver,
        deliver(delivery)
          .catch((error: unknown) => log.warn({ ...fieldsOf(delivery), err: error }, messages.notNoted))
          .then(() => void underWay.delete(receiver)),
      );
    }
  }

  async function deliver(delivery: D): Promise<void> {
    const reason = await send(delivery).catch((error: unknown) => describeError(error));
    // Not the receiver's failure.
    if (stopping.signal.aborted && reason !== undefined) return;
    if (reason === undefined) return outbox.delivered(delivery);
    log.warn({ ...fieldsOf(delivery), attempt: delivery.attempts + 1, reason }, messages.failed);
    await outbox.failed(delivery, reason);
  }

  /** Undefined when the receiver has taken it, else why not. */
  async function send(delivery: D): Promise<string | undefined> {
    const { url, body } = delivery;
    const status = await postJson({ url, body, headers: headersOf(delivery), egress, timeoutMs, signal: stopping.signal, ca });
    return status >= 200 && status < 300 ? undefined : `It answered with status ${status}.`;
  }

  const ticker = createTicker({ everyMs, work: look, onError: (error) => log.warn({ err: error }, messages.notRead) });

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
