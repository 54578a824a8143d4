/** Credentials through the Account API of a running server: limits, double submits, and rotation without a failed request. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretForms } from '../support/secret-forms.ts';
import { signInMember, type SignedIn } from '../support/sign-in.ts';
import { usePostgres } from '../support/store-engines.ts';
import { send, startTestApp, type Reply, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-until-loaded.ts';

interface Created {
  readonly key?: { readonly id: number };
  readonly token?: { readonly id: number };
  readonly secret: string;
}

function tally(replies: readonly Reply[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const batch = (id: number): string =>
  `{"table_name":"rows","schema":{},"key_names":["id"],"messages":[{"action":"upsert","sequence":${id},"data":{"id":${id}}}]}`;

describe.each(['files', 'PostgreSQL'])('credentials of an account, on %s', (engine) => {
  const databases = engine === 'files' ? undefined : usePostgres({ version: 18 });
  let system: TestApp;
  let member: SignedIn;
  beforeAll(async () => {
    const databaseUrl = await databases?.newDatabase();
    system = await startTestApp(databaseUrl === undefined ? {} : { databaseUrl });
    member = await signInMember(() => system, databaseUrl);
  });
  afterAll(() => system.stop());

  async function newTokens(displayName: string): Promise<string> {
    const { body } = await member.call('POST', '/sources', { type: 'import_api', display_name: displayName });
    return `/sources/${(body as { id: number }).id}/tokens`;
  }

  it('never an eleventh key and never a third token under 200 parallel creates of each', async () => {
    const path = await newTokens('Parallel');
    const [keys, tokens] = await Promise.all([
      Promise.all(Array.from({ length: 200 }, (_, n) => member.call('POST', '/api-keys', { description: `key ${n}` }))),
      Promise.all(Array.from({ length: 200 }, () => member.call('POST', path, {}))),
    ]);
    expect([tally(keys), tally(tokens)]).toEqual([
      { 200: 10, 409: 190 },
      { 200: 2, 409: 198 },
    ]);
    const listed = (await member.call('GET', '/api-keys')).body as { id: number }[];
    expect(listed).toHaveLength(10);
    for (const { id } of listed) await member.call('POST', `/api-keys/${id}/deletion`, {});
  });

  it('a double submit makes one key, and its secret is in one reply', async () => {
    const headers = { 'idempotency-key': 'double' };
    const replies = await Promise.all([1, 2].map(() => member.call('POST', '/api-keys', { description: 'Double' }, headers)));
    expect(tally(replies)).toEqual({ 200: 1, 409: 1 });
    expect(replies.find(({ status }) => status === 409)?.body).toMatchObject({ error: { code: 'already_created' } });
  });

  it('tokens rotate under a running pusher: no request fails and every row arrives', async () => {
    const path = await newTokens('Rotated');
    const first = (await member.call('POST', path, {})).body as Created;
    let token = first.secret;
    let pushed = 0;
    const stopping = new AbortController();
    const failed: number[] = [];
    const pusher = (async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        const id = pushed + 1;
        const { status } = await send(system.url, 'POST', '/v2/import/batch', { token, body: batch(id) });
        if (status === 201) pushed = id;
        else failed.push(status);
      }
    })();
    await waitFor(() => pushed >= 20);
    const second = (await member.call('POST', path, {})).body as Created;
    token = second.secret;
    const switchedAt = pushed;
    // The request under way at the switch still carries the first token.
    await waitFor(() => pushed >= switchedAt + 20);
    expect((await member.call('GET', path)).body).toMatchObject([{ id: first.token?.id, superseded: true }, { superseded: false }]);
    expect((await member.call('POST', `${path}/${first.token?.id}/revocation`, {})).status).toBe(200);
    const revokedAt = pushed;
    await waitFor(() => pushed >= revokedAt + 20);
    stopping.abort();
    await pusher;
    expect(failed).toEqual([]);
    expect((await send(system.url, 'POST', '/v2/import/batch', { token: first.secret, body: batch(0) })).status).toBe(401);
    await system.app.drain();
    expect(await system.query('select count(*) as n from rotated.rows', member.accountId)).toMatchObject([{ n: pushed }]);
    const summary = (await member.call('GET', path.replace('tokens', 'summary'))).body as Record<string, unknown>;
    expect(summary).toMatchObject({ rows_today: pushed, rows_this_period: pushed, waiting_bytes: 0, last_table: { table: 'rows' } });
    expect(summary['last_received_at']).toEqual(expect.any(String));
    expect((await member.call('GET', '/usage')).body).toMatchObject({ period: { rows: pushed } });
  });

  it('a key rotates itself while it is in use: no request fails', async () => {
    const { key: old, secret } = (await member.call('POST', '/api-keys', { description: 'Scheduler' })).body as Created;
    let token = secret;
    let answered = 0;
    const failed: number[] = [];
    const stopping = new AbortController();
    const client = (async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        const { status } = await send(system.url, 'GET', '/v4/sources', { token });
        if (status === 200) answered += 1;
        else failed.push(status);
      }
    })();
    await waitFor(() => answered >= 20);
    const rotated = await send(system.url, 'POST', `/account/v1/api-keys/${old?.id}/rotation`, { token, body: { grace_seconds: 3600 } });
    token = (rotated.body as Created).secret;
    const before = answered;
    await waitFor(() => answered >= before + 20);
    await member.call('POST', `/api-keys/${old?.id}/deletion`, {});
    const after = answered;
    await waitFor(() => answered >= after + 20);
    stopping.abort();
    await client;
    expect(failed).toEqual([]);
    expect((await send(system.url, 'GET', '/v4/sources', { token: secret })).status).toBe(401);
  });

  it('no secret is in a second reply, nor in a file of the installation', async () => {
    const { secret } = (await member.call('POST', '/api-keys', { description: 'Once' })).body as Created;
    expect(
      (await send(system.url, 'GET', '/account/v1/api-keys', { token: secret, headers: { 'user-agent': `leaky/1 ${secret}` } })).status,
    ).toBe(200);
    const listed = (await member.call('GET', '/api-keys')).body as { id: number; description: string }[];
    const id = listed.find(({ description }) => description === 'Once')?.id;
    // The use is written by the time the server has stopped.
    system = await system.restart();
    const reach = await member.call('GET', `/api-keys/${id}`);
    expect(reach.body).toMatchObject({ recent_uses: [{ agent: expect.stringMatching(/^leaky\/1 ac_\w{12}…$/) as string, uses: 1 }] });
    expect(member.replies.filter((text) => text.includes(secret))).toHaveLength(1);
    const files = readdirSync(system.dataDirectory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const content = readFileSync(join(file.parentPath, file.name));
      for (const form of secretForms(secret)) expect(content.includes(form), file.name).toBe(false);
    }
  });
});
