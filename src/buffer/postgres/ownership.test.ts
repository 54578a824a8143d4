/** Who may append when connections are cut and servers follow one another. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendOne, claimAll, drainStream } from '../../../tests/support/buffer-steps.ts';
import { startCuttingProxy, type CuttingProxy, type Verdict } from '../../../tests/support/cutting-proxy.ts';
import { payloadOf } from '../../../tests/support/payload.ts';
import { usePostgres } from '../../../tests/support/store-engines.ts';
import { waitFor } from '../../../tests/support/wait-until-loaded.ts';
import type { Buffer, Stream } from '../buffer.ts';
import { createPostgresBuffer, type PostgresBufferOptions } from './postgres-buffer.ts';

const orders: Stream = { sourceId: 1, table: 'orders' };
const databases = usePostgres();

async function open(url: string, options: Partial<PostgresBufferOptions> = {}): Promise<{ buffer: Buffer; deaths: string[] }> {
  const deaths: string[] = [];
  const buffer = await createPostgresBuffer({ url, maxBytes: 1e8, onDeath: ({ message }) => deaths.push(message), ...options });
  onTestFinished(() => buffer.close());
  return { buffer, deaths };
}

/** A buffer whose connections go through a proxy, which does `verdict` to the next append that is sent after `armed`. */
async function openProxied(
  findOutcomeMs = 5_000,
): Promise<{ url: string; proxy: CuttingProxy; arm(verdict: Verdict, then?: Verdict): void } & Awaited<ReturnType<typeof open>>> {
  const url = new URL(await databases.newDatabase());
  const direct = url.href;
  const proxy = await startCuttingProxy(Number(url.port));
  url.port = String(proxy.port);
  const opened = await open(url.href, { findOutcomeMs });
  const arm = (verdict: Verdict, then: Verdict = 'pass'): void => {
    let done = false;
    proxy.judge = (bytes) => {
      if (done) return then;
      if (!bytes.includes('insert into segment_')) return 'pass';
      done = true;
      return verdict;
    };
  };
  return { url: direct, proxy, arm, ...opened };
}

async function recordsIn(buffer: Buffer): Promise<number[]> {
  return (await drainStream(buffer, orders)).map(({ records }) => records);
}

describe('an append whose connection is cut', () => {
  it('is refused when it did not arrive, and the next one is stored', async () => {
    const { buffer, deaths, arm } = await openProxied();
    await appendOne(buffer, orders, payloadOf(1, 10), 1);
    arm('cut');
    await expect(appendOne(buffer, orders, payloadOf(2, 10), 2)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    await appendOne(buffer, orders, payloadOf(3, 10), 3);
    expect([await recordsIn(buffer), deaths]).toEqual([[1, 3], []]);
  });

  it('is stored when only the answer was lost, once', async () => {
    const { buffer, deaths, arm } = await openProxied();
    arm('cut after');
    const position = await appendOne(buffer, orders, payloadOf(1, 10), 1);
    expect(buffer.head).toBe(position);
    await appendOne(buffer, orders, payloadOf(2, 10), 2);
    expect([await recordsIn(buffer), deaths]).toEqual([[1, 2], []]);
  });

  it('stays refused when its statement reaches the server afterwards', async () => {
    const { buffer, deaths, arm, proxy } = await openProxied();
    await appendOne(buffer, orders, payloadOf(1, 10), 1);
    arm('late');
    await expect(appendOne(buffer, orders, payloadOf(2, 10), 2)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    await proxy.deliverLate();
    await appendOne(buffer, orders, payloadOf(3, 10), 3);
    expect([await recordsIn(buffer), deaths]).toEqual([[1, 3], []]);
  });

  it('ends the buffer when nobody can say what became of it', async () => {
    const { buffer, deaths, arm } = await openProxied(200);
    arm('cut after', 'cut');
    await expect(appendOne(buffer, orders, payloadOf(1, 10), 1)).rejects.toThrow('not known');
    expect(deaths).toEqual(['It is not known whether an append is stored.']);
    await expect(appendOne(buffer, orders, payloadOf(2, 10), 2)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
  });

  it('leaves what waited behind it unstored when nobody can say what became of it', async () => {
    const { url, buffer, deaths, proxy } = await openProxied(200);
    let seen = false;
    proxy.judge = (bytes) => {
      if (deaths.length > 0) return 'pass';
      if (seen) return 'cut';
      seen = bytes.includes('insert into segment_');
      return seen ? 'late' : 'pass';
    };
    const first = expect(appendOne(buffer, orders, payloadOf(1, 10), 1)).rejects.toThrow('not known');
    await waitFor(() => seen);
    const second = expect(appendOne(buffer, orders, payloadOf(2, 10), 2)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    await Promise.all([first, second]);
    const next = await open(url);
    await proxy.deliverLate();
    await appendOne(next.buffer, orders, payloadOf(3, 10), 3);
    expect(await recordsIn(next.buffer)).toEqual([3]);
  });

  it('leaves claims and acknowledgements as they were', async () => {
    const { buffer, proxy } = await openProxied();
    for (const records of [1, 2, 3]) await appendOne(buffer, orders, payloadOf(records, 10), records);
    const cutOnce = (part: string): void => {
      let done = false;
      proxy.judge = (bytes) => (done || !bytes.includes(part) ? 'pass' : ((done = true), 'cut after'));
    };
    cutOnce('row_number()');
    await expect(claimAll(buffer, orders)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    const claim = await claimAll(buffer, orders);
    cutOnce('with owned as');
    await buffer.ack(claim, claim.batches[1]?.position);
    expect(await recordsIn(buffer)).toEqual([3]);
  });
});

describe('a second server', () => {
  it('takes the buffer with everything in it, and the first one can add and acknowledge nothing more', async () => {
    const url = await databases.newDatabase();
    const first = await open(url);
    await appendOne(first.buffer, orders, payloadOf(1, 10), 1);
    const claim = await claimAll(first.buffer, orders);
    const second = await open(url);
    await expect(appendOne(first.buffer, orders, payloadOf(2, 10), 2)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    await expect(first.buffer.ack(claim)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    expect(first.deaths).toEqual(['Another server has taken over the buffer.']);
    await appendOne(second.buffer, orders, payloadOf(3, 10), 3);
    expect(await recordsIn(second.buffer)).toEqual([1, 3]);
  });

  it('keeps the first one from beginning a new table', async () => {
    const url = await databases.newDatabase();
    const first = await open(url);
    const second = await open(url);
    await expect(appendOne(first.buffer, orders, payloadOf(1, 10), 1)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    expect(first.deaths).toHaveLength(1);
    await appendOne(second.buffer, orders, payloadOf(2, 10), 2);
    expect(await recordsIn(second.buffer)).toEqual([2]);
  });

  it('is not needed for the first to stop: it appends nothing once it is told that it may not be alone', async () => {
    let alone = true;
    const { buffer } = await open(await databases.newDatabase(), { isAlone: () => alone });
    await appendOne(buffer, orders, payloadOf(1, 10), 1);
    alone = false;
    await expect(appendOne(buffer, orders, payloadOf(2, 10), 2)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    alone = true;
    await waitFor(() => appendOne(buffer, orders, payloadOf(3, 10), 3).then(() => true));
    expect(await recordsIn(buffer)).toEqual([1, 3]);
  });
});
