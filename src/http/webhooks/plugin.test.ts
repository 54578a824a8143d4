import { describe, expect, it } from 'vitest';
import { maxDataPoints } from '../../../contract/import-limits.ts';
import { findSecrets } from '../../../tests/support/secret-forms.ts';
import { startImportServer, type ImportServer } from '../../../tests/support/import-server.ts';
import { send, type Reply } from '../../../tests/support/test-app.ts';

const hook = ({ url }: ImportServer, secret: string, body: unknown): Promise<Reply> =>
  send(url, 'POST', `/v1/webhooks/${secret}`, { body });

describe('the webhooks surface', () => {
  it('answers 503 with Retry-After when the buffer is full, and stores nothing of it', async () => {
    const small = await startImportServer({ bufferMaxBytes: 4096 });
    const { token } = small.issue('webhook_url');
    const full = await hook(
      small,
      token,
      Array.from({ length: 200 }, (_, id) => ({ id, text: String(id).repeat(20) })),
    );
    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '5']);
    expect(full.body).toEqual({ message: expect.stringMatching(/buffer/) as string });
    expect([small.storedBatches(), small.budget.takenBytes]).toEqual([0, 0]);
    await small.stop();
  });

  it('refuses a form of millions of fields at once, and takes one with as many as a record may have', async () => {
    const server = await startImportServer();
    const { token } = server.issue('webhook_url');
    const post = (body: string): Promise<Response> =>
      fetch(new URL(`/v1/webhooks/${token}`, server.url), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    const begunAt = performance.now();
    const refused = await post('a&'.repeat(9_000_000));
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { status: 'ERROR', message: `Record 0 has more than ${maxDataPoints} data points` },
    ]);
    expect(performance.now() - begunAt).toBeLessThan(10_000);
    expect(server.storedBatches()).toBe(0);
    expect((await post('&a=1&'.repeat(maxDataPoints))).status).toBe(200);
    expect((await post('&a=1&'.repeat(maxDataPoints + 1))).status).toBe(400);
    expect(server.storedBatches()).toBe(1);
    await server.stop();
  });

  it('answers 503 and stores nothing when the append did not begin within the time that a revocation waits for it', async () => {
    const late = await startImportServer({ admissionMs: -1 });
    const { token } = late.issue('webhook_url');
    expect((await hook(late, token, { id: 1 })).status).toBe(503);
    expect(late.storedBatches()).toBe(0);
    await late.stop();
  });

  it('stores nothing of a request whose URL was revoked while its body was on the way', async () => {
    const key = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<void>();
    const server = await startImportServer({
      findWebhookKey: () => {
        asked.resolve();
        return key.promise;
      },
    });
    const { token, revoke } = server.issue('webhook_url');
    const reply = hook(server, token, { id: 1 });
    await asked.promise;
    revoke();
    key.resolve(undefined);
    expect((await reply).status).toBe(404);
    expect(server.storedBatches()).toBe(0);
    await server.stop();
  });

  it('keeps its paths out of the log when something unexpected happens, before the body is read and after', async () => {
    const broken = await startImportServer({ findWebhookKey: () => Promise.reject(new Error('the store is away')) });
    const { token } = broken.issue('webhook_url');
    expect((await hook(broken, token, { id: 1 })).status).toBe(500);
    expect(broken.log).toMatchObject([{ fields: { path: '/v1/webhooks', method: 'POST' } }]);
    const closed = await startImportServer();
    const other = closed.issue('webhook_url');
    await closed.closeIntake();
    expect((await hook(closed, other.token, { id: 1, text: 'x'.repeat(100_000) })).status).toBe(500);
    expect(closed.log).toMatchObject([{ fields: { path: '/v1/webhooks', sourceId: closed.sourceId } }]);
    expect(findSecrets(Buffer.from(JSON.stringify([broken.log, closed.log])), [token, other.token])).toEqual([]);
    await broken.stop();
    await closed.stop();
  });
});
