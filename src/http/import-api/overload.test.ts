import { describe, expect, it } from 'vitest';
import { pushRecords } from '../../../tests/support/import-bodies.ts';
import { pushTo, read } from '../../../tests/support/import-calls.ts';
import { startImportServer } from '../../../tests/support/import-server.ts';
import { connectRaw } from '../../../tests/support/raw-http.ts';

describe('overload', () => {
  it('answers 503 with Retry-After when the byte budget stays used up, validate 504, and recovers', async () => {
    const small = await startImportServer({ budget: { totalBytes: 1000, waitMs: 50 } });
    await small.budget.small.take(1000, 'newcomer');
    const full = await pushTo(small, 1);
    expect(read(full)).toEqual([503, { message: 'Too many request bodies are being read at the moment.' }]);
    expect(full.headers.get('retry-after')).toBe('5');
    expect((await pushTo(small, 1, '/v2/import/validate')).status).toBe(504);
    expect(small.storedBatches()).toBe(0);
    small.budget.small.release(1000);
    expect((await pushTo(small, 1)).status).toBe(201);
    await small.stop();
  });

  it('forgets a client that went away while it waited for the budget', async () => {
    const small = await startImportServer({ budget: { totalBytes: 1000, waitMs: 20_000 } });
    await small.budget.small.take(1000, 'newcomer');
    const body = JSON.stringify(pushRecords(small.accountId));
    const connection = await connectRaw(small.url);
    const head = [
      'POST /v2/import/push HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${small.token}`,
      'Content-Type: application/json',
      'Content-Length: 900',
    ];
    await connection.send(`${head.join('\r\n')}\r\n\r\n${body}`);
    await expect.poll(() => small.budget.waiting).toBe(1);
    connection.cut();
    await connection.closed;
    small.budget.small.release(1000);
    await expect.poll(() => small.budget.takenBytes).toBe(0);
    expect((await pushTo(small, 1)).status).toBe(201);
    expect(small.storedBatches()).toBe(1);
    expect(small.log).toEqual([]);
    await small.stop();
  });

  it('answers 503 with Retry-After when the buffer is full, and stores nothing of it', async () => {
    const small = await startImportServer({ bufferMaxBytes: 4096 });
    const full = await pushTo(small, 200);
    expect(full.status).toBe(503);
    expect(full.headers.get('retry-after')).toBe('5');
    expect(JSON.parse(full.body)).toEqual({ message: expect.stringMatching(/buffer/) as string });
    expect(small.storedBatches()).toBe(0);
    expect(small.budget.takenBytes).toBe(0);
    await small.stop();
  });

  it('answers 503 and stores nothing when the append did not begin within the time that a revocation waits for it', async () => {
    const late = await startImportServer({ admissionMs: -1 });
    expect(read(await pushTo(late, 1))).toEqual([503, { message: 'The append did not begin before its deadline.' }]);
    expect(late.storedBatches()).toBe(0);
    await late.stop();
  });

  it('answers 503 once the buffer is closed', async () => {
    const broken = await startImportServer();
    await broken.buffer.close();
    expect((await pushTo(broken, 1)).status).toBe(503);
    await broken.stop();
  });

  it('answers 500 to what nobody expected, withholds the message and logs it', async () => {
    const broken = await startImportServer();
    await broken.closeIntake();
    const reply = await pushTo(broken, 10_000);
    expect(read(reply)).toEqual([500, { error: 'Internal error', request_id: reply.headers.get('x-request-id') }]);
    expect(broken.log).toEqual([
      {
        fields: expect.objectContaining({ err: expect.any(Error) as Error, path: '/v2/import/push' }) as object,
        message: 'An import request failed.',
      },
    ]);
    expect(broken.budget.takenBytes).toBe(0);
    await broken.stop();
  });
});
