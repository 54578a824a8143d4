import type { Buffer } from '../buffer/buffer.ts';
import { createBodyDecoder } from './decode-body.ts';
import { createDecodePool } from './decode-pool.ts';
import type { Decoded, DecodeRequest } from './decoded.ts';
import type { Intake } from './intake.ts';
import { WorkLimitError } from './schema/schema-errors.ts';
import { createWebhookClock, unreservedSteps, type StepReserve } from './webhook-sequence.ts';

/** A small body costs less to decode than to hand to a thread. */
const defaultInlineMaxBytes = 65_536;
const defaultJobTimeoutMs = 60_000;

/**
 * Intake over a buffer: bodies up to `inlineMaxBytes` are decoded by the caller's thread, larger ones and those whose schema takes much
 * checking by at most `threads` others, each body for at most `jobTimeoutMs`.
 */
export function createIntake(options: {
  readonly buffer: Pick<Buffer, 'append'>;
  readonly threads: number;
  readonly inlineMaxBytes?: number;
  readonly jobTimeoutMs?: number;
  /** What keeps the order of webhooks across restarts; without it they begin anew with the time of day. */
  readonly webhookSteps?: StepReserve;
}): Intake {
  const { buffer, threads, inlineMaxBytes = defaultInlineMaxBytes, jobTimeoutMs = defaultJobTimeoutMs } = options;
  const decodeInline = createBodyDecoder({ inline: true });
  const clock = createWebhookClock(options.webhookSteps ?? unreservedSteps);
  const pool = createDecodePool({ threads, jobTimeoutMs });

  /** The body decoded here; undefined when checking it takes longer than this thread may be held. */
  function decodeHere(request: DecodeRequest): Decoded | undefined {
    try {
      return decodeInline(request);
    } catch (error) {
      if (error instanceof WorkLimitError) return undefined;
      throw error;
    }
  }

  return {
    async accept({ accountId, sourceId, endpoint, format, keyName, body, receivedAt }, admit) {
      const webhook = endpoint === 'webhook' ? { keyName, sequence: await clock.next(receivedAt) } : undefined;
      const request = { endpoint, accountId, format, webhook, body };
      const decoded = (body.length <= inlineMaxBytes ? decodeHere(request) : undefined) ?? (await pool.decode(request));
      if (!decoded.ok) return decoded;
      const result = { ok: true, records: decoded.records } as const;
      if (endpoint === 'validate') return result;
      // Nothing may come between the admission and the append (access.md, generations).
      const admission = admit();
      if (!admission) return { refused: true };
      try {
        await buffer.append({ sourceId, receivedAt, batches: decoded.batches }, { deadline: admission.deadline });
      } finally {
        admission.done();
      }
      return result;
    },
    close: () => pool.close(),
  };
}
