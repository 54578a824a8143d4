import { describe, expect, it } from 'vitest';
import { appendOne } from '../../../tests/support/buffer-steps.ts';
import { temporaryDirectory } from '../../../tests/support/temporary-directory.ts';
import { payloadOf } from '../../../tests/support/payload.ts';
import { createEmbeddedBuffer } from './embedded-buffer.ts';
import type { Outcome } from './protocol.ts';
import { startThread } from './thread-link.ts';

const mebibyte = 1024 * 1024;

describe('the writer thread', { timeout: 30_000 }, () => {
  it('settles every job and says so when it dies', async () => {
    const directory = temporaryDirectory();
    const deaths: string[] = [];
    const options = { directory, segmentBytes: mebibyte, reserveBytes: undefined, synchronous: 'full' } as const;
    const link = await startThread(options, { afterReplies: () => undefined, onDeath: ({ message }) => deaths.push(message) });
    const outcomes: Outcome[] = [];
    const settle = (outcome: Outcome): void => void outcomes.push(outcome);
    // A job no caller can state: it makes the thread throw.
    link.call({ kind: 'append', sourceId: 1, receivedAt: 1, deadlineMs: Infinity, batches: [] }, { settle });
    link.call({ kind: 'claim', stream: undefined as never, maxBytes: 1, maxBatches: 1 }, { settle });
    link.call({ kind: 'ack', stream: { sourceId: 1, table: 't' }, position: 1 }, { settle });
    await link.ended;
    expect(deaths).toHaveLength(1);
    expect(outcomes.map(({ kind }) => kind).filter((kind) => kind === 'failed').length).toBeGreaterThanOrEqual(2);
    expect(outcomes).toHaveLength(3);
    link.call({ kind: 'ack', stream: { sourceId: 1, table: 't' }, position: 1 }, { settle });
    expect(outcomes.at(-1)).toMatchObject({ kind: 'failed' });
  });

  it('refuses an append whose deadline passes while it waits for a commit', async () => {
    const directory = temporaryDirectory();
    const buffer = await createEmbeddedBuffer({ directory, maxBytes: 1024 * mebibyte });
    const stream = { sourceId: 1, table: 't' };
    const large = [1, 2, 3].map((seed) => appendOne(buffer, stream, new Uint8Array(33 * mebibyte).fill(seed)));
    const request = { sourceId: 2, receivedAt: 1, batches: [{ table: 't', records: 1, payload: payloadOf(1, 10) }] };
    await expect(buffer.append(request, { deadline: performance.now() + 1 })).rejects.toThrow(/deadline/);
    await Promise.all(large);
    expect(buffer.backlog()).toMatchObject([{ sourceId: 1, batches: 3 }]);
    await buffer.close();
  });
});
