/** Incoming webhooks through a running server: secret URLs, rows in the warehouse, rotation and revocation (web-app.md §6.4). */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectClient } from '../../client/connect-api.ts';
import { signInMember, type SignedIn } from '../support/sign-in.ts';
import { usePostgres } from '../support/store-engines.ts';
import { createTestSource, send, startTestApp, type Reply, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-until-loaded.ts';

let system: TestApp;
let member: SignedIn;
beforeAll(async () => {
  system = await startTestApp();
  member = await signInMember(() => system);
});
afterAll(() => system.stop());

interface Webhook {
  readonly sourceId: number;
  readonly schema: string;
  readonly url: string;
  readonly tokenId: number;
}

async function newUrl(of: SignedIn, sourceId: number): Promise<{ url: string; tokenId: number }> {
  const { status, body } = await of.call('POST', `/sources/${sourceId}/tokens`, {});
  expect(status).toBe(200);
  const { url, token } = body as { url: string; token: { id: number } };
  return { url: new URL(url).pathname, tokenId: token.id };
}

async function newWebhook(displayName: string, primaryKey: string | null = null, of: SignedIn = member): Promise<Webhook> {
  const created = await of.call('POST', '/sources', {
    type: 'webhook.incoming-webhook',
    display_name: displayName,
    ...(primaryKey === null ? {} : { properties: { webhookz_primary_key: primaryKey } }),
  });
  expect(created).toMatchObject({ status: 200, body: { type: 'webhook.incoming-webhook', primary_key: primaryKey } });
  const { id, name } = created.body as { id: number; name: string };
  return { sourceId: id, schema: name, ...(await newUrl(of, id)) };
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  send(system.url, 'POST', url, { body, headers });

async function waiting(): Promise<number> {
  const { buffer } = await system.operator.call('GET', '/status');
  return Number((buffer as Record<string, unknown>)['head']);
}

describe('a webhook without a primary key', () => {
  it('stores every object it gets as a row of its own, in one table', async () => {
    const { url, schema } = await newWebhook('Append');
    expect(url).toMatch(/^\/v1\/webhooks\/wh_[0-9A-Za-z]{50}$/);
    const one = await post(url, { id: 1, who: { name: 'Ann' }, tags: ['a', 'b'] });
    expect([one.status, one.text]).toEqual([200, '{"status":"OK","message":"Accepted."}']);
    expect((await post(url, [{ id: 1 }, { id: 2, total: 9.5 }])).status).toBe(200);
    expect(
      (await post(url, gzipSync('{"id":3}'), { 'content-encoding': 'gzip', 'content-type': 'application/cloudevents+json' })).status,
    ).toBe(200);
    await system.app.drain();
    expect(await system.query(`SELECT id, who__name, total FROM ${schema}.data ORDER BY _sdc_sequence`)).toEqual([
      { id: 1, who__name: 'Ann', total: null },
      { id: 1, who__name: null, total: null },
      { id: 2, who__name: null, total: 9.5 },
      { id: 3, who__name: null, total: null },
    ]);
    expect(await system.query(`SELECT count(DISTINCT __sdc_primary_key) AS n, count(_sdc_received_at) AS r FROM ${schema}.data`)).toEqual([
      { n: 4, r: 4 },
    ]);
    expect(await system.query(`SELECT value FROM ${schema}.data__tags ORDER BY value`)).toEqual([{ value: 'a' }, { value: 'b' }]);
  });

  it('takes the fields of a form as texts', async () => {
    const { url, schema } = await newWebhook('Form');
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect((await post(url, 'name=J%C3%BCrgen+K&sum=1.50&tag=a&tag=b&__proto__=p&empty=', type)).status).toBe(200);
    await system.app.drain();
    expect(await system.query(`SELECT name, sum, empty FROM ${schema}.data`)).toEqual([{ name: 'Jürgen K', sum: '1.50', empty: '' }]);
    expect(await system.query(`SELECT value FROM ${schema}.data__tag ORDER BY value`)).toEqual([{ value: 'a' }, { value: 'b' }]);
  });

  it('takes a body of several megabytes and refuses one beyond 20 MB', async () => {
    const { url, schema } = await newWebhook('Large');
    expect(
      (
        await post(
          url,
          Array.from({ length: 20_000 }, (_, id) => ({ id, text: 'x'.repeat(200) })),
        )
      ).status,
    ).toBe(200);
    expect(
      (
        await post(
          url,
          Array.from({ length: 20_001 }, (_, id) => ({ id })),
        )
      ).status,
    ).toBe(400);
    const large = await post(url, `{"text":"${'x'.repeat(20_000_000)}"}`);
    expect(large.status).toBe(413);
    await system.app.drain();
    expect(await system.query(`SELECT count(*) AS n FROM ${schema}.data`)).toEqual([{ n: 20_000 }]);
  });
});

describe('a webhook with a primary key', () => {
  it('keeps of each key what arrived last', async () => {
    const { url, schema } = await newWebhook('Keyed', 'order no');
    for (let step = 0; step < 20; step += 1) {
      expect(
        (
          await post(url, [
            { 'order no': 7, step: -1 },
            { 'order no': 7, step },
          ])
        ).status,
      ).toBe(200);
    }
    expect((await post(url, { 'order no': 8, step: 0 })).status).toBe(200);
    await system.app.drain();
    expect(await system.query(`SELECT "order no" AS no, step FROM ${schema}.data ORDER BY no`)).toEqual([
      { no: 7, step: 19 },
      { no: 8, step: 0 },
    ]);
  });

  it('says what is missing, and stores nothing of such a request', async () => {
    const { url } = await newWebhook('Missing', 'id');
    const before = await waiting();
    for (const record of [{ other: 1 }, { id: null }]) {
      const reply = await post(url, [{ id: 1 }, record]);
      expect([reply.status, reply.body]).toEqual([400, { status: 'ERROR', message: 'Record 1 has no value in its primary key id' }]);
    }
    expect(await waiting()).toBe(before);
  });

  it('keeps its key for good, and takes names of up to 50 characters', async () => {
    const { accountId, apiKey } = await createTestSource(system, 'Connect');
    const connect = createConnectClient({ baseUrl: system.url, apiKey });
    const type = 'webhook.incoming-webhook';
    const create = (key: string): Promise<unknown> =>
      connect.call('createSource', { body: { type, display_name: `Hook ${key.length}`, properties: { webhookz_primary_key: key } } });
    await expect(create('k'.repeat(51))).rejects.toMatchObject({ status: 400 });
    expect(await create('k'.repeat(50))).toMatchObject({ report_card: { current_step_type: 'fully_configured' }, schedule: null });
    const open = await connect.call('createSource', { body: { type, display_name: 'Open' } });
    const update = connect.call('updateSource', { params: { source_id: open.id }, body: { properties: { webhookz_primary_key: 'id' } } });
    await expect(update).rejects.toMatchObject({ status: 400 });
    for (const method of ['GET', 'POST']) {
      const { status, text } = await send(system.url, method, `/v4/sources/${open.id}/tokens`, { token: apiKey });
      expect([status, text]).toEqual([400, expect.stringContaining('InvalidType')]);
    }
    expect(accountId).toBeGreaterThan(0);
  });
});

describe('what a webhook refuses', () => {
  it.each<[string, unknown, Record<string, string>, number, RegExp]>([
    ['no JSON', '{"a":', {}, 400, /Malformed json/],
    ['an empty body', '', {}, 400, /Malformed json/],
    ['a text', '"hello"', {}, 400, /Record 0 is not a JSON object/],
    ['an array of texts', '[{"a":1},"b"]', {}, 400, /Record 1 is not a JSON object/],
    ['no record', '[]', {}, 400, /At least one record/],
    ['garbage', new Uint8Array([0x7b, 0xff, 0x7d]), {}, 400, /not UTF-8/],
    ['another media type', '<a/>', { 'content-type': 'application/xml' }, 415, /application\/xml/],
    ['another encoding', '{}', { 'content-encoding': 'br' }, 415, /content-encoding br/],
  ])('%s', async (_name, body, headers, status, text) => {
    const { url } = await newWebhook(`Bad ${Math.random()}`);
    const before = await waiting();
    const reply = await post(url, body, headers);
    expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(text)]);
    expect(await waiting()).toBe(before);
  });

  it('URLs that never were, other kinds of credentials, and its own credential elsewhere, all alike', async () => {
    const { url, sourceId } = await newWebhook('Kinds');
    const { token, apiKey, accountId } = await createTestSource(system, 'Tokens');
    const secret = url.slice('/v1/webhooks/'.length);
    const wrong = `${secret.slice(0, 20)}${secret.charAt(20) === 'a' ? 'b' : 'a'}${secret.slice(21)}`;
    for (const credential of [token, apiKey, wrong, 'x', '%00', `at_${secret.slice(3)}`]) {
      const reply = await post(`/v1/webhooks/${credential}`, { id: 1 });
      expect([reply.status, reply.text]).toEqual([404, '{"message":"Not found."}']);
    }
    const record = [{ client_id: accountId, table_name: 't', action: 'upsert', key_names: ['id'], sequence: 1, data: { id: 1 } }];
    expect((await send(system.url, 'POST', '/v2/import/push', { token: secret, body: record })).status).toBe(401);
    expect((await send(system.url, 'GET', '/v4/sources', { token: secret })).status).toBe(401);
    expect((await send(system.url, 'GET', '/account/v1/api-keys', { token: secret })).status).toBe(401);
    expect((await send(system.url, 'POST', '/v1/webhooks', { body: { id: 1 } })).status).toBe(404);
    expect((await post(`/v1/webhooks/${secret}/more`, { id: 1 })).status).toBe(404);
    expect(await post(`${url}?copy=${secret}`, { id: 1 })).toMatchObject({ status: 401, text: expect.stringContaining('query string') });
    expect((await post(`${url}?token=of-the-sender`, { id: 1 })).status).toBe(200);
    expect((await member.call('GET', `/sources/${sourceId}/tokens`)).body).toMatchObject([
      { last_denied: { reason: 'query_string' }, last_used: { endpoint: '/v1/webhooks' } },
    ]);
  });

  it('other methods, whether the URL exists or not', async () => {
    const { url } = await newWebhook('Methods');
    for (const path of [url, '/v1/webhooks/nothing']) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        const reply = await send(system.url, method, path);
        expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
        if (method !== 'HEAD') expect(reply.text).toContain('send records to it with POST');
      }
      const options = await send(system.url, 'OPTIONS', path);
      expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    }
  });

  it('everything while its integration is paused, and for good once it is deleted', async () => {
    const { url, sourceId } = await newWebhook('Paused');
    await member.call('PUT', `/sources/${sourceId}`, { paused: true });
    const paused = await post(url, { id: 1 });
    expect([paused.status, paused.text]).toEqual([401, '{"error":"Forbidden","errors":{"error":"Connection is not active."}}']);
    await member.call('PUT', `/sources/${sourceId}`, { paused: false });
    expect((await post(url, { id: 1 })).status).toBe(200);
    await member.call('DELETE', `/sources/${sourceId}`);
    expect((await post(url, { id: 1 })).status).toBe(401);
  });
});

describe.each(['files', 'PostgreSQL'])('webhook URLs, on %s', (engine) => {
  const databases = engine === 'files' ? undefined : usePostgres({ version: 18 });
  let on: TestApp;
  let owner: SignedIn;
  beforeAll(async () => {
    const databaseUrl = await databases?.newDatabase();
    on = databaseUrl === undefined ? system : await startTestApp({ databaseUrl });
    owner = databaseUrl === undefined ? member : await signInMember(() => on, databaseUrl);
  });
  afterAll(async () => {
    if (on !== system) await on.stop();
  });
  const hook = async (url: string, id: number): Promise<number> => (await send(on.url, 'POST', url, { body: { id } })).status;
  const head = async (): Promise<number> =>
    Number(((await on.operator.call('GET', '/status'))['buffer'] as Record<string, unknown>)['head']);

  it('never a third one under 100 parallel creates', async () => {
    const { sourceId, tokenId } = await newWebhook(`Third ${engine}`, null, owner);
    await owner.call('POST', `/sources/${sourceId}/tokens/${tokenId}/revocation`, {});
    const replies = await Promise.all(Array.from({ length: 100 }, () => owner.call('POST', `/sources/${sourceId}/tokens`, {})));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(98);
  });

  it('are exchanged without one refused request, and a revoked one may come back, disabled', async () => {
    const { sourceId, url: first, tokenId } = await newWebhook(`Rotation ${engine}`, null, owner);
    const statuses: number[] = [];
    let url = first;
    const running = new AbortController();
    const sender = (async () => {
      for (let id = 0; !running.signal.aborted; id += 1) statuses.push(await hook(url, id));
    })();
    const second = await newUrl(owner, sourceId);
    ({ url } = second);
    const switchedAt = statuses.length;
    await waitFor(() => statuses.length > switchedAt + 2);
    expect((await owner.call('POST', `/sources/${sourceId}/tokens/${tokenId}/revocation`, {})).status).toBe(200);
    const revokedAt = statuses.length;
    await waitFor(() => statuses.length > revokedAt + 5);
    running.abort();
    await sender;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await hook(first, 1)).toBe(404);
    expect((await owner.call('POST', `/sources/${sourceId}/tokens/${tokenId}/restoration`)).body).toMatchObject({ state: 'disabled' });
    expect(await hook(first, 1)).toBe(404);
    expect((await owner.call('POST', `/sources/${sourceId}/tokens/${tokenId}/enable`)).status).toBe(200);
    expect(await hook(first, 1)).toBe(200);
    const audit = (await owner.call('GET', '/audit')).text;
    for (const verb of ['create', 'delete', 'restore', 'enable']) expect(audit).toContain(`webhook_url.${verb}`);
  });

  it('take no effect after the revoking call returned, whenever the request was sent (10 rounds under load)', async () => {
    const { sourceId, tokenId } = await newWebhook(`Revoked ${engine}`, null, owner);
    await owner.call('POST', `/sources/${sourceId}/tokens/${tokenId}/revocation`, { compromised: true });
    for (let round = 0; round < 10; round += 1) {
      const made = await newUrl(owner, sourceId);
      let accepted = 0;
      const senders = Array.from({ length: 8 }, async (_, lane) => {
        for (let step = 0; ; step += 1) {
          const status = await hook(made.url, lane * 1000 + step);
          if (status === 404) return;
          expect(status).toBe(200);
          accepted += 1;
        }
      });
      await waitFor(() => accepted >= 20);
      const reply = await owner.call('POST', `/sources/${sourceId}/tokens/${made.tokenId}/revocation`, { compromised: true });
      const after = await head();
      await Promise.all(senders);
      expect(reply.status).toBe(200);
      expect(await head(), 'something was stored after the revoking call returned').toBe(after);
    }
  });

  it('stay what they are over a restart', async () => {
    const { url } = await newWebhook(`Restart ${engine}`, 'id', owner);
    expect(await hook(url, 1)).toBe(200);
    on = await on.restart();
    if (engine === 'files') system = on;
    expect(await hook(url, 2)).toBe(200);
    expect((await send(on.url, 'POST', url, { body: { other: 1 } })).status).toBe(400);
  });
});
