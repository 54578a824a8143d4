/** What passes between a member, a partner and Thimble appears in the one reply it is meant for, and nowhere else: logs, errors, lists, store. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { signIn } from '../support/member-client.ts';
import { createPartnerServer } from '../support/partner-server.ts';
import { findSecrets, findTexts } from '../support/secret-forms.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createPerson } from '../support/web-server.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-secrets-'));
const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
const callback = 'https://partner.example.com/callback';
const logs: Buffer[] = [];
const replies: string[] = [];
/** Of the format of credentials. */
const tokens: string[] = [];
/** Of any other: codes, the signing key, the address of notices. */
const texts: string[] = [];
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess({ dataDirectory, env: { THIMBLE_LOG_LEVEL: 'trace' } });
  server.child.stderr?.on('data', (chunk: Buffer) => logs.push(chunk));
  server.child.stdout?.on('data', (chunk: Buffer) => logs.push(chunk));
  const ann = await createPerson({ operator, dataDirectory });
  const member = await signIn(server.url, ann);
  // Nothing listens there: the failing attempts are logged.
  const noticeUrl = 'https://127.0.0.1:1/notices?key=secret-of-the-address';
  const told = await operator.call('POST', '/partners', { name: 'Told', redirect_uris: [callback], notice_url: noticeUrl });
  texts.push(String(told['notice_signing_key']), 'secret-of-the-address');
  const partner = await createPartnerServer({ url: server.url, operator }, { name: 'Vendor', redirectUris: [callback] });
  tokens.push(String(told['partner_secret']), partner.secret);
  const consent = async (clientId: string): Promise<string> => {
    const body = { client_id: clientId, expires_in_days: null };
    const code = new URL((await member.call('acceptAuthorization', { body })).redirect_to).searchParams.get('code') ?? '';
    texts.push(code);
    return code;
  };
  const ask = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<void> => {
    const reply = await partner.post(path, form, headers);
    replies.push(JSON.stringify([reply.status, [...reply.headers], reply.body]));
  };

  const first = await consent(partner.id);
  const { access_token: token } = (await partner.exchange({ code: first })).body;
  tokens.push(token);
  const other = {
    client_secret: String(told['partner_secret']),
    grant_type: 'authorization_code',
    code: await consent(String(told['partner_id'])),
  };
  const { access_token: ofTold } = (await partner.post('/oauth/token', other)).body;
  tokens.push(ofTold);
  const rotated = await operator.call('POST', `/partners/${partner.id}/secret`, {});
  tokens.push(String(rotated['partner_secret']));

  await ask('/oauth/introspect', { client_secret: partner.secret, token });
  await ask('/oauth/introspect', { client_secret: partner.secret, token: ofTold });
  await ask(`/oauth/token?client_secret=${partner.secret}&code=${await consent(partner.id)}`, { grant_type: 'authorization_code' });
  await ask(
    '/oauth/token',
    { client_secret: partner.secret, code: token, grant_type: 'authorization_code' },
    { 'user-agent': `x ${partner.secret}` },
  );
  await ask('/oauth/token', { client_secret: `${partner.secret.slice(0, -1)}0`, code: first, [partner.secret]: '1', grant_type: 'x' });
  await ask('/oauth/token', { grant_type: 'authorization_code' }, { authorization: `Basic ${btoa(`${partner.id}:${partner.secret}`)}` });
  await ask('/oauth/token', { client_secret: partner.secret, code: first, grant_type: 'authorization_code' });
  await ask('/oauth/revoke', { client_secret: partner.secret, token });
  replies.push(JSON.stringify(await operator.call('GET', '/partners')), JSON.stringify(await operator.call('GET', '/mail')));
  // From here on only what nobody is meant to read a secret from.
  const from = member.replies.length;
  for (const { id } of await member.call('listPartnerKeys', {})) {
    await member.call('getPartnerKey', { params: { key_id: id } });
    await member.call('disablePartnerKey', { params: { key_id: id } });
  }
  await member.call('listAudit', {});
  await member.call('describeAuthorization', { body: { client_id: partner.id, state: 's' } });
  await member.call('getStanding', { body: { client_id: partner.id } });
  replies.push(...member.replies.slice(from), await (await fetch(new URL('/metrics', server.metricsUrl))).text());
  await vi.waitUntil(() => Buffer.concat(logs).includes('A partner could not be told of its key.'), { timeout: 10_000 });
  await server.end('SIGTERM');
}, 60_000);
afterAll(async () => {
  await server.end('SIGTERM');
  rmSync(dataDirectory, { recursive: true, force: true });
});

function expectAbsent(haystack: Buffer, where: string): void {
  expect([...findSecrets(haystack, tokens), ...findTexts(haystack, texts)].length, `forms of secrets in ${where}`).toBe(0);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : statSync(path).isFile() ? [path] : [];
  });
}

describe('the secrets of partners', () => {
  it('were all seen, and are found by this search where they do appear', () => {
    expect(tokens.map((token) => token.length)).toEqual(Array(5).fill(53));
    expect(texts.length).toBe(5);
    for (const secret of [...tokens, ...texts]) expect(() => expectAbsent(Buffer.from(`a${secret}b`), 'here')).toThrow();
  });

  it('are in no log line, even at trace level', () => {
    expect(Buffer.concat(logs).toString()).toContain('A secret was sent in a query string and refused.');
    expectAbsent(Buffer.concat(logs), 'the log');
  });

  it('are in no error, list, audit row or metric', () => {
    expect(replies.length).toBeGreaterThan(15);
    expectAbsent(Buffer.from(replies.join('\n')), 'a reply');
  });

  it('are in no file of the data directory', () => {
    const files = filesBelow(dataDirectory);
    expect(files.some((file) => file.endsWith('store.db'))).toBe(true);
    for (const file of files) expectAbsent(readFileSync(file), file.slice(dataDirectory.length));
  });
});
