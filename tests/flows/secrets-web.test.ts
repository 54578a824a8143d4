/** A secret made in the app is in the one reply that shows it, and nowhere else (access.md, must never happen). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import { createMemberClient, signIn, type MemberClient } from '../support/member-client.ts';
import { findSecrets, findTexts } from '../support/secret-forms.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { send } from '../support/test-app.ts';
import { createPerson, type Person } from '../support/web-server.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-secrets-web-'));
const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
const logs: Buffer[] = [];
const replies: string[] = [];
/** API keys and import tokens. */
const credentials: string[] = [];
/** Links, passwords, cookies, codes. */
const texts: string[] = [];
/** The secrets of links, and the one address each was mailed to; undefined for those passed on by hand. */
const links = new Map<string, string | undefined>();
/** Every message, as it was sent and as it is read. */
const mails: { readonly recipients: readonly string[]; readonly text: string }[] = [];
let mailServer: MailServer;
let server: ServerProcess;
const chosenPassword = 'forty-two blue bobbins';
const resetPassword = 'a drawer of odd buttons';

beforeAll(async () => {
  mailServer = await startMailServer();
  await startServer({});
  const ann = await createPerson({ operator, dataDirectory });
  const client = await signIn(server.url, ann);
  texts.push(ann.password, cookieOf(client));

  const { key, secret } = await client.call('createApiKey', { body: { description: 'search me' }, idempotencyKey: 'key-1' });
  const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Shop' } });
  const params = { source_id: source.id };
  const token = await client.call('createImportToken', { params, body: {}, idempotencyKey: 'token-1' });
  const rotated = await client.call('rotateApiKey', { params: { key_id: key.id }, body: {} });
  credentials.push(secret, token.secret, rotated.secret);

  const record = { client_id: ann.accountId, table_name: 't', action: 'upsert', key_names: ['id'], sequence: 1, data: { id: 1 } };
  for (const [path, credential] of [
    ['/v2/import/push', token.secret],
    ['/v4/sources', secret],
    ['/account/v1/api-keys', rotated.secret],
  ] as const) {
    const reply = await send(server.url, path.includes('push') ? 'POST' : 'GET', path, {
      token: credential,
      ...(path.includes('push') ? { body: [record] } : {}),
      headers: { 'user-agent': `loom/1 ${credential}` },
    });
    expect(reply.status, reply.text).toBeLessThan(300);
    keep(reply);
    keep(await send(server.url, 'GET', `${path}?token=${credential}`));
    keep(
      await send(server.url, 'POST', '/account/v1/session', { body: { email: credential, password: credential }, headers: ownOrigin() }),
    );
  }

  const ben = await inviteAndJoin(client);
  await resetByLink(client, ben.memberId, ben.email);
  await turnOnTwoFactor(client);

  await client.call('disableApiKey', { params: { key_id: key.id } });
  await client.call('deleteApiKey', { params: { key_id: key.id }, body: {} });
  await client.call('restoreApiKey', { params: { key_id: key.id } });
  await expect(client.call('createApiKey', { body: { description: 'search me' }, idempotencyKey: 'key-1' })).rejects.toThrow();
  await readEverything(client, source.id, token.token.id, rotated.key.id);
  await vi.waitFor(async () => expect((await client.call('summarizeIntegration', { params })).rows_today).toBe(1), 60_000);
  replies.push(...withoutFirstReplies(client.replies));
  keep(await send(server.url, 'GET', '/metrics'));
  replies.push(JSON.stringify(await operator.call('GET', '/accounts')));
  replies.push(JSON.stringify(await operator.call('GET', `/accounts/${ann.accountId}/api-keys`)));
  const kept = await readKeptMails();
  expect(kept.map(({ recipients: [to] }) => to)).toEqual(expect.arrayContaining([ann.email, ben.email]));
  for (const {
    recipients: [to],
    text,
  } of kept)
    for (const secret of linksIn(text)) noteLink(secret, to);
  mails.push(...kept);
  await server.end('SIGTERM');
  await sendMails(client, ann);
  await server.end('SIGTERM');
}, 180_000);
afterAll(async () => {
  await server.end('SIGTERM');
  await mailServer.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

async function startServer(env: Record<string, string>): Promise<void> {
  server = await startServerProcess({ dataDirectory, env: { THIMBLE_LOG_LEVEL: 'debug', ...env } });
  server.child.stderr?.on('data', (chunk: Buffer) => logs.push(chunk));
  server.child.stdout?.on('data', (chunk: Buffer) => logs.push(chunk));
}

/** Messages of a server without mail, as the operator reads them. */
async function readKeptMails(): Promise<{ recipients: string[]; text: string }[]> {
  const { mail } = await operator.call('GET', '/mail');
  const kept = mail as { id: number; recipient: string }[];
  return Promise.all(
    kept.map(async ({ id, recipient }) => ({
      recipients: [recipient],
      text: JSON.stringify(await operator.call('GET', `/mail/${id}`)).replaceAll(String.raw`\n`, '\n'),
    })),
  );
}

/** Everything that mails, on the same server with a mail server. */
async function sendMails({ cookie }: MemberClient, ann: Person): Promise<void> {
  await startServer({ THIMBLE_SMTP_URL: mailServer.url, THIMBLE_MAIL_FROM: 'thimble@example.com', THIMBLE_SIGN_UP: 'open' });
  const client = createMemberClient(server.url, { cookie });
  const visitor = createMemberClient(server.url);
  const invited = await client.call('inviteMember', { body: { email: 'cleo@example.com' } });
  await client.call('resendInvitation', { params: { invitation_id: invited.id } });
  await visitor.call('requestPasswordReset', { body: { email: 'ben@example.com' } });
  await visitor.call('requestSignUp', { body: { email: 'dora@example.com' } });
  await visitor.call('requestSignUp', { body: { email: ann.email } });
  await client.call('requestEmailChange', { body: { email: 'ann.new@example.com', password: ann.password } });
  await vi.waitFor(() => expect(mailServer.received).toHaveLength(6), 60_000);
  for (const { recipients, text } of mailServer.received) for (const secret of linksIn(text)) noteLink(secret, recipients[0]);
  const token = linksOf('ann.new@example.com')[0] ?? '';
  await visitor.call('confirmEmailChange', { body: { token } });
  await vi.waitFor(() => expect(mailServer.received).toHaveLength(7), 60_000);
  mails.push(...mailServer.received.flatMap(({ recipients, raw, text }) => [{ recipients, text: `${raw}\n${text}` }]));
  replies.push(...[...client.replies, ...visitor.replies].map(withoutCookie));
  replies.push(JSON.stringify(await operator.call('GET', '/mail')));
}

function noteLink(secret: string, recipient?: string): void {
  links.set(secret, recipient);
  if (!texts.includes(secret)) texts.push(secret);
}
const linksIn = (text: string): Set<string> => new Set([...text.matchAll(/#token=([\w-]{43})/g)].map(([, secret = '']) => secret));
const linksOf = (email: string): string[] => [...links].flatMap(([secret, to]) => (to === email ? [secret] : []));

async function inviteAndJoin(client: MemberClient): Promise<{ email: string; memberId: number }> {
  const invited = await client.call('inviteMember', { body: { email: 'ben@example.com' } });
  const resent = await client.call('resendInvitation', { params: { invitation_id: invited.id } });
  const [first, second] = [tokenOf(invited.link), tokenOf(resent.link)];
  noteLink(first);
  noteLink(second);
  texts.push(chosenPassword);
  const ben = createMemberClient(server.url);
  await expect(ben.call('lookUpInvitation', { body: { token: first } })).rejects.toThrow();
  await ben.call('lookUpInvitation', { body: { token: second } });
  await expect(ben.call('acceptInvitation', { body: { token: second, name: 'Ben', password: 'ben@example.com' } })).rejects.toThrow();
  const joined = await ben.call('acceptInvitation', { body: { token: second, name: 'Ben', password: chosenPassword } });
  await expect(ben.call('acceptInvitation', { body: { token: second, name: 'Ben', password: chosenPassword } })).rejects.toThrow();
  texts.push(cookieOf(ben));
  replies.push(...ben.replies.map(withoutCookie));
  return { email: joined.member.email, memberId: joined.member.id };
}

async function resetByLink(client: MemberClient, memberId: number, email: string): Promise<void> {
  const { link } = await client.call('linkForMember', { params: { member_id: memberId } });
  const visitor = createMemberClient(server.url);
  noteLink(tokenOf(link));
  texts.push(resetPassword);
  await visitor.call('requestPasswordReset', { body: { email } });
  await visitor.call('resetPassword', { body: { token: tokenOf(link), password: resetPassword } }).catch(async () => {
    // Asking for another link ended the first one.
    const again = await client.call('linkForMember', { params: { member_id: memberId } });
    noteLink(tokenOf(again.link));
    await visitor.call('resetPassword', { body: { token: tokenOf(again.link), password: resetPassword } });
  });
  await expect(visitor.call('signIn', { body: { email, password: `${resetPassword} not` } })).rejects.toThrow();
  replies.push(...visitor.replies.map(withoutCookie));
}

async function turnOnTwoFactor(client: MemberClient): Promise<void> {
  const { secret } = await client.call('startTwoFactor', {});
  const { recovery_codes: codes } = await client.call('confirmTwoFactor', { body: { code: new TOTP({ secret }).generate() } });
  texts.push(secret, ...codes);
}

/** Every reading route of the app. */
async function readEverything(client: MemberClient, sourceId: number, tokenId: number, keyId: number): Promise<void> {
  const params = { source_id: sourceId };
  await client.call('getSession', {});
  await client.call('listSessions', {});
  await client.call('getProfile', {});
  await client.call('listMembers', {});
  await client.call('listApiKeys', {});
  await client.call('getApiKey', { params: { key_id: keyId } });
  await client.call('listIntegrations', {});
  await client.call('summarizeIntegration', { params });
  await client.call('listIntegrationLoads', { params });
  await client.call('listImportTokens', { params });
  await client.call('getImportToken', { params: { ...params, token_id: tokenId } });
  await client.call('listDestinations', {});
  await client.call('listNotifications', {});
  await client.call('getUsage', {});
  const { entries } = await client.call('listAudit', {});
  expect(entries.map(({ verb }) => verb)).toContain('api_key.create');
}

const ownOrigin = (): Record<string, string> => ({ origin: server.url.origin });
const tokenOf = (link: string | null): string => new URL(String(link)).hash.replace('#token=', '');
const cookieOf = (client: MemberClient): string => String(client.cookie).replace(/^[^=]*=/, '');
/** The cookie is meant for this one reader. */
const withoutCookie = (reply: string): string => reply.replaceAll(/\["set-cookie","[^"]*"\]/g, '');

function keep(reply: { text: string; headers: Headers }): void {
  replies.push(reply.text, JSON.stringify([...reply.headers]));
}

/** Each secret is shown by one reply: that one is taken out, a second one would be found. */
function withoutFirstReplies(all: readonly string[]): string[] {
  const secrets = [...credentials, ...texts];
  const shown = new Set<number>();
  for (const secret of secrets) {
    const first = all.findIndex((reply) => reply.includes(secret));
    if (first >= 0) shown.add(first);
  }
  expect(shown.size).toBeGreaterThanOrEqual(6);
  return all.filter((_reply, index) => !shown.has(index)).map(withoutCookie);
}

function expectAbsent(haystack: Buffer, where: string): void {
  expect(findSecrets(haystack, credentials).length + findTexts(haystack, texts).length, `forms of secrets in ${where}`).toBe(0);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : statSync(path).isFile() ? [path] : [];
  });
}

describe('secrets of the app', () => {
  it('are all known to this search, which finds them where they do appear', () => {
    expect(credentials).toHaveLength(3);
    expect(texts.length).toBeGreaterThanOrEqual(18);
    for (const text of [...credentials, ...texts]) {
      expect(text.length).toBeGreaterThanOrEqual(8);
      for (const form of [text, Buffer.from(`a${text}b`).toString('base64'), Buffer.from(text).toString('hex')]) {
        expect(() => expectAbsent(Buffer.from(form), 'here')).toThrow();
      }
    }
  });

  it('are in no later reply, list, audit entry or metric', () => {
    expect(replies.length).toBeGreaterThan(40);
    for (const reply of replies) expectAbsent(Buffer.from(reply), reply.slice(0, 60));
  });

  it('are in no message, but for that of a link to the one who is to use it', () => {
    expect(mails.map(({ recipients: [to] }) => to).toSorted()).toEqual(
      expect.arrayContaining(['ann.new@example.com', 'ben@example.com', 'cleo@example.com', 'dora@example.com']),
    );
    // Each by the number of links mailed to it.
    for (const [email, count] of Object.entries({ cleo: 2, dora: 1, 'ann.new': 1, ben: 4 })) {
      expect(linksOf(`${email}@example.com`), email).toHaveLength(count);
    }
    for (const { recipients, text } of mails) {
      const mayHold = new Set([...linksIn(text)].filter((secret) => recipients.length === 1 && links.get(secret) === recipients[0]));
      expect(mayHold.size, 'links in one message').toBeLessThanOrEqual(1);
      const others = texts.filter((secret) => !mayHold.has(secret));
      const found = findSecrets(Buffer.from(text), credentials).length + findTexts(Buffer.from(text), others).length;
      expect(found, `forms of secrets in a message to ${recipients.join()}`).toBe(0);
    }
    for (const [secret, recipient] of links) {
      const holding = mails.filter(({ text }) => text.includes(secret));
      expect(holding.length, `messages with a link to ${recipient ?? 'nobody'}`).toBe(recipient === undefined ? 0 : 1);
    }
  });

  it('are in no log line at debug level', () => {
    const text = Buffer.concat(logs);
    expect(text.length).toBeGreaterThan(0);
    expectAbsent(text, 'the log');
  });

  it('are in no file of the store, the buffer or a warehouse', () => {
    const files = filesBelow(dataDirectory);
    for (const name of ['store.db', '.duckdb']) expect(files.some((file) => file.endsWith(name))).toBe(true);
    for (const file of files) expectAbsent(readFileSync(file), file.slice(dataDirectory.length));
  });
});
