/** A secret appears in the one reply that shows it, and nowhere else: logs, lists, errors, metrics, store, dumps. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { findSecrets } from '../support/secret-forms.ts';
import { signInMember } from '../support/sign-in.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTestSource, send, type TestSource } from '../support/test-app.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-secrets-'));
const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
const logs: Buffer[] = [];
const replies: string[] = [];
let server: ServerProcess;
let source: TestSource;
const secrets: string[] = [];

beforeAll(async () => {
  server = await startServerProcess({ dataDirectory, env: { THIMBLE_LOG_LEVEL: 'trace' } });
  server.child.stderr?.on('data', (chunk: Buffer) => logs.push(chunk));
  server.child.stdout?.on('data', (chunk: Buffer) => logs.push(chunk));
  source = await createTestSource({ operator, url: server.url });
  secrets.push(source.apiKey, source.token);

  const call = async (
    method: string,
    path: string,
    token?: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<void> => {
    const reply = await send(server.url, method, path, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
      headers,
    });
    replies.push(reply.text, JSON.stringify([...reply.headers]));
  };
  const record = { client_id: source.accountId, table_name: 't', action: 'upsert', key_names: ['id'], sequence: 1, data: { id: 1 } };
  await call('POST', '/v2/import/push', source.token, [record]);
  await call('POST', '/v2/import/push', source.token, 'not json');
  await call('POST', '/v2/import/push', source.token, [record], { 'user-agent': `shop/1 ${source.token}` });
  await call('GET', '/v4/sources', source.apiKey, undefined, { 'user-agent': `shop/1 ${source.apiKey}` });
  await call('GET', `/v4/sources?auth=${encodeURIComponent(`Bearer ${source.apiKey}`)}`, source.apiKey);
  await call('POST', '/v2/import/push', source.apiKey, [record]);
  await call('POST', `/v2/import/push?token=${source.token}`, undefined, [record]);
  await call('GET', `/v4/sources?access_token=${source.apiKey}`);
  await call('GET', '/v4/sources', source.apiKey);
  await call('GET', '/v4/sources', source.token);
  await call('GET', `/v4/sources/${source.sourceId}/tokens`, source.apiKey);
  await call('POST', '/v4/sources', source.apiKey, '{"type":', {});
  await call('POST', '/v4/sources', source.apiKey, { type: source.apiKey.slice(0, 3), display_name: 'x', properties: { a: 1 } });
  await call('DELETE', `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`, source.apiKey);
  await call('POST', '/v2/import/push', source.token, [record]);
  const url = await newWebhookUrl();
  const secret = url.slice(url.lastIndexOf('/') + 1);
  secrets.push(secret);
  await call('POST', url, undefined, { id: 1 });
  await call('POST', url, undefined, 'not json');
  await call('POST', `/v1/webhooks/%77${secret.slice(1)}`, undefined, { id: 1 }, { 'user-agent': `hook/1 ${secret}` });
  await call('POST', `${url}?copy=${secret}`, undefined, { id: 1 });
  await call('POST', `${url}/%zz`, undefined, { id: 1 });
  await call('GET', url);
  await call('OPTIONS', url);
  await call('POST', '/v2/import/push', secret, [record]);
  replies.push(await (await fetch(new URL('/metrics', server.metricsUrl))).text());
  replies.push(JSON.stringify(await operator.call('GET', '/status')), JSON.stringify(await operator.call('GET', '/accounts')));
  replies.push(JSON.stringify(await operator.call('GET', `/accounts/${source.accountId}/api-keys`)));
  await server.end('SIGTERM');
});
afterAll(async () => {
  await server.end('SIGTERM');
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** The path of a webhook URL, made by a member's session. */
async function newWebhookUrl(): Promise<string> {
  const member = await signInMember(() => ({ operator, url: server.url, dataDirectory }));
  const { body: hook } = await member.call('POST', '/sources', { type: 'webhook.incoming-webhook', display_name: 'Hook' });
  const path = `/sources/${(hook as { id: number }).id}/tokens`;
  const { body } = await member.call('POST', path, {});
  replies.push((await member.call('GET', path)).text, (await member.call('GET', '/audit')).text);
  return new URL((body as { url: string }).url).pathname;
}

function expectAbsent(haystack: Buffer, where: string): void {
  expect(findSecrets(haystack, secrets).length, `forms of secrets in ${where}`).toBe(0);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : statSync(path).isFile() ? [path] : [];
  });
}

describe('secrets', () => {
  it('are found by this search where they do appear', () => {
    for (const secret of secrets) {
      for (const text of [secret, Buffer.from(`a${secret}b`).toString('base64'), Buffer.from(secret).toString('hex')]) {
        expect(() => expectAbsent(Buffer.from(text), 'here')).toThrow();
      }
    }
  });

  it('are in no log line, even at trace level', () => {
    const text = Buffer.concat(logs);
    expect(text.length).toBeGreaterThan(0);
    expectAbsent(text, 'the log');
  });

  it('are in no list, error, status or metric', () => {
    expect(replies.some((text) => text.includes('thimble_http_request_seconds_count{surface="import",status="201"}'))).toBe(true);
    expect(replies.length).toBeGreaterThan(20);
    expectAbsent(Buffer.from(replies.join('\n')), 'a reply');
  });

  it('are in no file of the data directory', () => {
    const files = filesBelow(dataDirectory);
    expect(files.some((file) => file.endsWith('store.db'))).toBe(true);
    for (const file of files) expectAbsent(readFileSync(file), file.slice(dataDirectory.length));
  });
});
