/** access.md, "Revocation is acknowledged": after the revoking call returned, nothing takes effect with that credential. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestSource, send, startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-until-loaded.ts';

let system: TestApp;
beforeAll(async () => {
  system = await startTestApp();
});
afterAll(() => system.stop());

const one = (id: number): string =>
  `{"table_name":"rows","schema":{},"key_names":["id"],"messages":[{"action":"upsert","sequence":${id},"data":{"id":${id}}}]}`;

async function bufferHead(): Promise<number> {
  const { buffer } = await system.operator.call('GET', '/status');
  return Number((buffer as Record<string, unknown>)['head']);
}

describe('a revoked credential', () => {
  it('takes no effect after the revoking call returned, whenever the request was sent (20 rounds under load)', async () => {
    const source = await createTestSource(system, 'Revoked');
    for (let round = 0; round < 20; round += 1) {
      const created = await send(system.url, 'POST', `/v4/sources/${source.sourceId}/tokens`, { token: source.apiKey });
      const { id, access_token: token } = created.body as { id: number; access_token: string };
      let accepted = 0;
      const pushers = Array.from({ length: 8 }, async (_, lane) => {
        for (let step = 0; ; step += 1) {
          const { status } = await send(system.url, 'POST', '/v2/import/batch', { token, body: one(round * 100_000 + lane * 1000 + step) });
          if (status === 401) return;
          expect(status).toBe(201);
          accepted += 1;
        }
      });
      await waitFor(() => accepted >= 20);
      const reply = await send(system.url, 'DELETE', `/v4/sources/${source.sourceId}/tokens/${id}`, { token: source.apiKey });
      const head = await bufferHead();
      await Promise.all(pushers);
      expect(reply.status).toBe(200);
      expect(await bufferHead(), 'something was stored after the revoking call returned').toBe(head);
    }
  });

  it('stops a body that was still on its way when the token was revoked', async () => {
    const source = await createTestSource(system, 'Slow');
    const head = await bufferHead();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(one(1).slice(0, 40)));
        await held;
        controller.enqueue(new TextEncoder().encode(one(1).slice(40)));
        controller.close();
      },
    });
    const pending = fetch(new URL('/v2/import/batch', system.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${source.token}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    const revoked = await send(system.url, 'DELETE', `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`, { token: source.apiKey });
    expect(revoked.status).toBe(200);
    release();
    expect((await pending).status).toBe(401);
    expect(await bufferHead()).toBe(head);
  });

  it('leaves the second token of the source working, and frees a slot for a new one', async () => {
    const source = await createTestSource(system, 'Rotated');
    const second = await send(system.url, 'POST', `/v4/sources/${source.sourceId}/tokens`, { token: source.apiKey });
    expect((await send(system.url, 'POST', `/v4/sources/${source.sourceId}/tokens`, { token: source.apiKey })).body).toMatchObject({
      error: 'TokenLimitExceeded',
    });
    await send(system.url, 'DELETE', `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`, { token: source.apiKey });
    expect((await send(system.url, 'POST', '/v2/import/batch', { token: source.token, body: one(1) })).status).toBe(401);
    const { access_token: token } = second.body as { access_token: string };
    expect((await send(system.url, 'POST', '/v2/import/batch', { token, body: one(1) })).status).toBe(201);
    expect((await send(system.url, 'POST', `/v4/sources/${source.sourceId}/tokens`, { token: source.apiKey })).status).toBe(200);
  });

  it('stays revoked after the control store was restored from an older copy', async () => {
    const source = await createTestSource(system, 'Restored');
    const live = join(system.dataDirectory, 'store.db');
    const older = join(system.dataDirectory, 'older.db');
    const reader = new DatabaseSync(live, { readOnly: true });
    reader.exec(`VACUUM INTO '${older}'`);
    reader.close();
    await send(system.url, 'DELETE', `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`, { token: source.apiKey });
    await system.app.stop();
    for (const suffix of ['-wal', '-shm']) rmSync(live + suffix, { force: true });
    copyFileSync(older, live);
    rmSync(older);
    system = await startTestApp({ dataDirectory: system.dataDirectory });
    expect((await send(system.url, 'POST', '/v2/import/batch', { token: source.token, body: one(1) })).status).toBe(401);
  });
});
