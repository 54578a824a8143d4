/** Rewriting and dropping tables while connections are cut, answers come late and others hold locks. */
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendOne, claimAll, drainStream } from '../../../tests/support/buffer-steps.ts';
import { startCuttingProxy, type CuttingProxy, type Verdict } from '../../../tests/support/cutting-proxy.ts';
import { digestOf, payloadOf } from '../../../tests/support/payload.ts';
import { usePostgres } from '../../../tests/support/store-engines.ts';
import { waitFor } from '../../../tests/support/wait-until-loaded.ts';
import type { Buffer, Stream } from '../buffer.ts';
import { createPostgresBuffer } from './postgres-buffer.ts';

const kibibyte = 1024;
const orders: Stream = { sourceId: 1, table: 'orders' };
const stopped: Stream = { sourceId: 1, table: 'stopped' };
const stoppedBatches = 30;
const databases = usePostgres();

interface Fixture {
  readonly url: string;
  readonly proxy: CuttingProxy;
  readonly buffer: Buffer;
  /** Digests of what `stopped` holds. */
  readonly kept: readonly string[];
  open(): Promise<Buffer>;
  tables(): Promise<string[]>;
}

/** A buffer behind a proxy, with many tables of which little is left once `orders` is drained. */
async function fill(): Promise<Fixture> {
  const url = await databases.newDatabase();
  const proxied = new URL(url);
  const proxy = await startCuttingProxy(Number(proxied.port));
  proxied.port = String(proxy.port);
  const open = async (): Promise<Buffer> => {
    const buffer = await createPostgresBuffer({ url: proxied.href, maxBytes: 1e9, maxBytesPerSource: 1e9, segmentBytes: 1024 * kibibyte });
    onTestFinished(() => buffer.close());
    return buffer;
  };
  const buffer = await open();
  const kept: string[] = [];
  for (let seed = 0; seed < stoppedBatches; seed += 1) {
    const payload = payloadOf(seed, 2_000);
    kept.push(digestOf(payload));
    await appendOne(buffer, stopped, payload);
    await appendOne(buffer, orders, payloadOf(seed, 250 * kibibyte));
  }
  const tables = async (): Promise<string[]> => {
    const rows = await query(url, `select relname as name from pg_class where relkind = 'r' and relname like 'segment\\_%' order by oid`);
    return (rows as { name: string }[]).map(({ name }) => name);
  };
  return { url, proxy, buffer, kept, open, tables };
}

function query(url: string, text: string): Promise<unknown[]> {
  return databases.server().query(text, url.split('/').at(-1));
}

/** Acknowledges most of `orders`; resolves when the commit of the rewrite that follows was sent, which `verdict` befalls. */
async function rewriteUnder({ buffer, proxy }: Fixture, verdict: Verdict): Promise<void> {
  let state: 'before' | 'rewriting' | 'after' = 'before';
  proxy.judge = (bytes) => {
    if (state === 'before' && bytes.includes('select b.* from')) state = 'rewriting';
    if (state !== 'rewriting' || !bytes.includes('commit\0')) return 'pass';
    state = 'after';
    return verdict;
  };
  const most = await buffer.claim(orders, { maxBytes: 1e9, maxBatches: 25 });
  if (most !== undefined) await buffer.ack(most);
  await waitFor(() => state === 'after');
}

async function digestsOf(buffer: Buffer, stream: Stream): Promise<string[]> {
  const claim = await claimAll(buffer, stream);
  buffer.release(claim);
  return claim.batches.map(({ payload }) => digestOf(payload));
}

describe('a rewrite of tables', { timeout: 60_000 }, () => {
  it.each(['cut', 'cut after'] as const)('happened or did not when the connection is %s its commit', async (verdict) => {
    const fixture = await fill();
    const { buffer, kept, tables } = fixture;
    await rewriteUnder(fixture, verdict);
    expect(await digestsOf(buffer, stopped)).toEqual(kept);
    await waitFor(async () => {
      await appendOne(buffer, orders, payloadOf(1, 10));
      await drainStream(buffer, orders, 3 * 1024 * kibibyte).catch(() => undefined);
      return (await tables()).length <= 2;
    });
    expect(await digestsOf(buffer, stopped)).toEqual(kept);
    expect(buffer.backlog().map(({ table, batches }) => [table, batches])).toEqual([['stopped', stoppedBatches]]);
  });

  it('is waited for when its commit arrives after its session was lost', async () => {
    const fixture = await fill();
    const { buffer, kept, proxy, url } = fixture;
    await rewriteUnder(fixture, 'late');
    const digests = digestsOf(buffer, stopped);
    await waitFor(async () => (await query(url, 'select from pg_locks where not granted')).length > 0);
    await proxy.deliverLate();
    expect(await digests).toEqual(kept);
  });

  it('is void, and holds nobody up, when its commit never arrives', async () => {
    const fixture = await fill();
    const { buffer, kept } = fixture;
    await rewriteUnder(fixture, 'late');
    expect(await digestsOf(buffer, stopped)).toEqual(kept);
    await drainStream(buffer, orders);
    await drainStream(buffer, stopped);
    expect(buffer.backlog()).toEqual([]);
  });

  it.each([
    ['all', undefined],
    ['some', 9],
  ])('keeps %s that an acknowledgement covers which was told to have failed', async (_, index) => {
    const { buffer, proxy, kept, open, tables } = await fill();
    const claim = await claimAll(buffer, stopped);
    let sent = 0;
    proxy.judge = (bytes) => {
      if (!bytes.includes('with owned as')) return 'pass';
      sent += 1;
      return sent === 1 ? 'cut after' : 'cut';
    };
    const position = index === undefined ? undefined : claim.batches[index]?.position;
    await expect(buffer.ack(claim, position)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    buffer.release(claim);
    expect(sent).toBe(2);
    proxy.judge = () => 'pass';
    const before = (await tables()).length;
    await drainStream(buffer, orders);
    await waitFor(async () => (await tables()).length < before / 2);
    expect(await digestsOf(buffer, stopped)).toEqual(kept);
    await buffer.ack(await claimAll(buffer, stopped), position);
    const left = index === undefined ? [] : kept.slice(index + 1);
    expect(buffer.backlog().map(({ table, batches }) => [table, batches])).toEqual(left.length === 0 ? [] : [['stopped', left.length]]);
    expect((await drainStream(buffer, stopped)).map(({ payload }) => digestOf(payload))).toEqual(left);
    expect(buffer.usage().pendingBytes).toBe(0);
    await buffer.close();
    expect((await open()).backlog()).toEqual([]);
  });
});

describe('tables that somebody reads in a long transaction', { timeout: 60_000 }, () => {
  it('stay until then, and hold up neither acknowledgements nor the others', async () => {
    const { url, buffer, kept, tables } = await fill();
    const reader = new Client({ connectionString: url });
    await reader.connect();
    onTestFinished(() => reader.end());
    const read = await tables();
    await reader.query(`begin; ${read.map((table) => `lock table thimble_buffer.${table} in access share mode`).join('; ')}`);
    for (let seed = 0; seed < 20; seed += 1) await appendOne(buffer, orders, payloadOf(seed, 250 * kibibyte));
    await drainStream(buffer, orders, 1024 * kibibyte);
    await waitFor(async () => (await tables()).length <= read.length + 1);
    expect(await tables()).toEqual(expect.arrayContaining(read));
    await reader.query('commit');
    await waitFor(async () => (await tables()).length <= 2);
    expect(await digestsOf(buffer, stopped)).toEqual(kept);
  });
});
