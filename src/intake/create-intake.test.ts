import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { decodeBatch } from '../batch/decode.ts';
import type { Buffer as DurableBuffer } from '../buffer/buffer.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import { createIntake } from './create-intake.ts';
import { createDecodePool, DecodeFailedError } from './decode-pool.ts';
import type { Admit, Intake, IntakeRequest } from './intake.ts';

async function open(maxBytes = 2 ** 30): Promise<{ intake: Intake; buffer: DurableBuffer }> {
  const buffer = await createEmbeddedBuffer({ directory: join(temporaryDirectory(), 'buffer'), maxBytes });
  const intake = createIntake({ buffer, threads: 2, inlineMaxBytes: 1000 });
  onTestFinished(async () => {
    await intake.close();
    await buffer.close();
  });
  return { intake, buffer };
}

function request(text: string, endpoint: IntakeRequest['endpoint'] = 'push'): IntakeRequest {
  return { accountId: 7, sourceId: 3, endpoint, format: 'json', body: new Uint8Array(Buffer.from(text)), receivedAt: 1_700_000_000_000 };
}

function push(records: number, data: object = {}): string {
  return JSON.stringify(
    Array.from({ length: records }, (_, id) => ({
      client_id: 7,
      table_name: 't',
      sequence: id,
      action: 'upsert',
      key_names: ['id'],
      data: { id, ...data },
    })),
  );
}

/** Admits every request for a second, and counts. */
function gate(admits = true): { admit: Admit; asked: number; done: number } {
  const counts = {
    asked: 0,
    done: 0,
    admit: (): ReturnType<Admit> => {
      counts.asked++;
      return admits ? { deadline: performance.now() + 10_000, done: () => counts.done++ } : undefined;
    },
  };
  return counts;
}

const stored = async (buffer: DurableBuffer): Promise<number> => {
  const claim = await buffer.claim({ sourceId: 3, table: 't' }, { maxBytes: 2 ** 30 });
  if (!claim) return 0;
  buffer.release(claim);
  return claim.batches.reduce((sum, { payload }) => sum + decodeBatch(payload).count, 0);
};

describe('intake', () => {
  it.each([
    ['inline', 2],
    ['in a thread', 500],
  ])('stores a request decoded %s, between admission and its end', async (_, records) => {
    const { intake, buffer } = await open();
    const counts = gate();
    expect(await intake.accept(request(push(records)), counts.admit)).toEqual({ ok: true, records });
    expect(counts).toMatchObject({ asked: 1, done: 1 });
    expect(await stored(buffer)).toBe(records);
  });

  it('stores nothing of a request that is no longer admitted', async () => {
    const { intake, buffer } = await open();
    const counts = gate(false);
    expect(await intake.accept(request(push(500)), counts.admit)).toEqual({ refused: true });
    expect(counts).toMatchObject({ asked: 1, done: 0 });
    expect(buffer.backlog()).toEqual([]);
  });

  it.each([1, 500])('asks for no admission for a refused body or for validate, with %i records', async (records) => {
    const { intake, buffer } = await open();
    const counts = gate();
    expect(await intake.accept(request(push(records).replace('"id":0', '"id":null')), counts.admit)).toMatchObject({
      ok: false,
      status: 422,
    });
    expect(await intake.accept(request(`${push(records)}]`), counts.admit)).toMatchObject({ ok: false, status: 400 });
    expect(await intake.accept(request(push(records), 'validate'), counts.admit)).toEqual({ ok: true, records });
    expect(counts.asked).toBe(0);
    expect(buffer.backlog()).toEqual([]);
  });

  it('passes on that the buffer is full, and ends the admission', async () => {
    const { intake, buffer } = await open(200_000);
    const counts = gate();
    await expect(intake.accept(request(push(500, { text: 'x'.repeat(500) })), counts.admit)).rejects.toMatchObject({
      name: 'BufferFullError',
    });
    expect(counts).toMatchObject({ asked: 1, done: 1 });
    expect(buffer.backlog()).toEqual([]);
  });

  it('handles many bodies at once, hostile ones among them', async () => {
    const { intake, buffer } = await open();
    const counts = gate();
    const hostile = [
      '['.repeat(100_000),
      `[${'{"a":'.repeat(100_000)}`,
      `"${'\\ud800'.repeat(20_000)}"`,
      `[{"client_id":${'9'.repeat(100_000)}}]`,
      '\u0000'.repeat(5000),
    ];
    const bodies = Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? (hostile[index % hostile.length] ?? '') : push(100)));
    const results = await Promise.all(bodies.map((body) => intake.accept(request(body), counts.admit)));
    expect(results.filter((result) => 'ok' in result && result.ok).length).toBe(30);
    expect(counts).toMatchObject({ asked: 30, done: 30 });
    expect(await stored(buffer)).toBe(3000);
  });
});

describe('the decoding threads', () => {
  const decodeRequest = (text: string): { endpoint: 'push'; accountId: number; body: Uint8Array<ArrayBuffer> } => ({
    endpoint: 'push',
    accountId: 7,
    body: new Uint8Array(Buffer.from(text)),
  });

  it('replace one that took too long, and reject only its body', { timeout: 60_000 }, async () => {
    const pool = createDecodePool({ threads: 1, jobTimeoutMs: 400 });
    const record = push(1, { list: Array(9000).fill(1) }).slice(1, -1);
    const slow = pool.decode(decodeRequest(`[${Array(4000).fill(record).join(',')}]`));
    await expect(slow).rejects.toThrow(DecodeFailedError);
    const again = async (): Promise<boolean> => (await pool.decode(decodeRequest(push(1))).catch(() => ({ ok: false }))).ok;
    await expect.poll(again, { timeout: 30_000 }).toBe(true);
    await pool.close();
  });

  it('finish what they were given before they end, and take nothing more', async () => {
    const pool = createDecodePool({ threads: 2, jobTimeoutMs: 30_000 });
    const given = Array.from({ length: 6 }, (_, index) => pool.decode(decodeRequest(push(index + 1))));
    const closed = pool.close();
    await expect(pool.decode(decodeRequest(push(1)))).rejects.toThrow(DecodeFailedError);
    await closed;
    expect((await Promise.all(given)).map((decoded) => decoded.ok && decoded.records)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([1, 2])('let a small body by many large ones, which are decoded one at a time, with %i threads', async (threads) => {
    const pool = createDecodePool({ threads, jobTimeoutMs: 60_000 });
    const done: string[] = [];
    const decode = (name: string, text: string): Promise<unknown> => pool.decode(decodeRequest(text)).then(() => done.push(name));
    const large = push(2000, { text: 'x'.repeat(1000) });
    await Promise.all([decode('large 1', large), decode('large 2', large), decode('large 3', large), decode('small', push(1))]);
    await pool.close();
    expect(done.filter((name) => name !== 'small')).toEqual(['large 1', 'large 2', 'large 3']);
    expect(done.indexOf('small')).toBeLessThan(done.indexOf('large 2'));
  });

  it('end at once when none was needed', async () => {
    await createDecodePool({ threads: 2, jobTimeoutMs: 1000 }).close();
  });
});
