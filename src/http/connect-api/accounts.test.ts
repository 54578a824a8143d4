import { describe, expect, it } from 'vitest';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { insertTestPartner, type TestPartner } from '../../../tests/support/partners.ts';
import { disablePartnerKey } from '../../domain/partner-key/disable.ts';
import { createPartnerAccount, requirePartner } from '../../domain/partner/create-account.ts';
import { rotatePartnerSecret } from '../../domain/partner/rotate-secret.ts';
import { listPartnerKeys } from '../../domain/partner-key/list.ts';
import { readMail, listMail } from '../../domain/mail/read.ts';
import { resetPassword } from '../../domain/session/reset-password.ts';
import { signIn } from '../../domain/session/sign-in.ts';
import { testPeople } from '../../../tests/support/test-people.ts';

const ann = { email: 'ann.lee@example.com', first_name: 'Ann', last_name: 'Lee', company: 'Lee & Co' };

interface Made {
  readonly access_token: string;
  readonly stitch_account_id: number;
}

async function withPartner(): Promise<{ server: ConnectServer; partner: TestPartner; credentials: Record<string, string> }> {
  const server = await createConnectServer();
  const partner = await insertTestPartner(server.plane.parts, { name: 'Snow' });
  return { server, partner, credentials: { partner_id: partner.clientId, partner_secret: partner.secret } };
}

/** Without a credential of an account. */
function create(server: ConnectServer, body: unknown, headers: Record<string, string> = {}): ReturnType<ConnectServer['call']> {
  return server.call('POST', '/v3/accounts', body, { authorization: '', ...headers });
}

const asToken = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

describe('§14.18: POST /v3/accounts', () => {
  it('makes an account whose token works at once, and only there', async () => {
    const { server, credentials } = await withPartner();
    const { status, headers, body } = await create(server, { ...credentials, ...ann, region: 'eu-central-1' });
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^ac_[0-9A-Za-z]{50}$/), stitch_account_id: expect.any(Number) },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const { access_token: token, stitch_account_id: id } = body as Made;
    const created = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop' }, asToken(token));
    expect(created.status).toBe(200);
    expect((await server.call('GET', `/v4/${id}/loads`, undefined, asToken(token))).status).toBe(200);
    expect((await server.call('GET', `/v4/${server.accountId}/loads`, undefined, asToken(token))).status).toBe(401);
    expect((await server.call('GET', '/v4/sources')).body).toEqual([]);
  });

  it('shows the partner as enabled on the account, until a member disables it', async () => {
    const { server, partner, credentials } = await withPartner();
    const { access_token: token, stitch_account_id: id } = (await create(server, { ...credentials, ...ann })).body as Made;
    const [key, ...others] = await listPartnerKeys(server.plane.operator, id);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ partner_id: partner.id, state: 'enabled', state_changed_by: `partner:${partner.id}` });
    await disablePartnerKey(server.plane.operator, key?.id ?? 0);
    expect((await server.call('GET', '/v4/sources', undefined, asToken(token))).status).toBe(401);
  });

  it('mails the owner, named by first and last name, a link that sets the password', async () => {
    const { server, credentials } = await withPartner();
    await create(server, { ...credentials, ...ann, email: ' Ann.Lee@Example.COM'.trim() });
    const [mail] = await listMail(server.plane.operator);
    expect(mail).toMatchObject({ recipient: ann.email, subject: 'Set up your Thimble account' });
    const { text } = await readMail(server.plane.operator, mail?.id ?? 0);
    const [, token = ''] = /\/session\/reset#token=([\w-]{43})/.exec(text) ?? [];
    const people = testPeople();
    const visitor = { ...server.plane.as({ kind: 'visitor' }), people, agent: 'test' };
    const password = 'nine steel needles';
    server.plane.clock.now += 6 * 86_400_000;
    await resetPassword(visitor, { token, password });
    const { member } = await signIn(visitor, { email: ann.email, password }, undefined);
    expect(member).toMatchObject({ name: 'Ann Lee', role: 'administrator' });
  });

  it('writes who made it, and keeps no secret', async () => {
    const { server, partner, credentials } = await withPartner();
    const { access_token: token, stitch_account_id: id } = (await create(server, { ...credentials, ...ann })).body as Made;
    const { read } = server.plane.parts.store;
    const audit = await read.selectFrom('audit').selectAll().where('account_id', '=', id).execute();
    expect(audit.map(({ verb, actor }) => [verb, actor])).toEqual([
      ['account.create', `partner:${partner.id}`],
      ['partner_key.create', `partner:${partner.id}`],
    ]);
    const account = await read.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(account).toMatchObject({ company: ann.company, partner_id: partner.id });
    expect(JSON.stringify([audit, server.logged])).not.toContain(token);
    expect(JSON.stringify([audit, server.logged])).not.toContain(partner.secret);
  });

  it('refuses an address a member has, with the documented body and nothing made', async () => {
    const { server, credentials } = await withPartner();
    const first = await create(server, { ...credentials, ...ann });
    expect(first.status).toBe(200);
    const again = await create(server, { ...credentials, ...ann, email: 'ANN.LEE@example.com' });
    expect(again).toMatchObject({ status: 400 });
    expect(again.body).toEqual({ code: 'ExistingUser', message: 'This email address is already associated with an active user.' });
    const accounts = await server.plane.parts.store.read.selectFrom('account').select('id').execute();
    expect(accounts).toHaveLength(3);
  });

  it('makes exactly one account of twenty that ask for the same address at once', async () => {
    const { server, credentials } = await withPartner();
    const replies = await Promise.all(Array.from({ length: 20 }, () => create(server, { ...credentials, ...ann })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = replies.filter(({ status }) => status === 400).map(({ body }) => (body as { code: string }).code);
    expect(refused).toEqual(Array.from({ length: 19 }, () => 'ExistingUser'));
    const keys = await server.plane.parts.store.read.selectFrom('credential').select('id').where('kind', '=', 'partner_key').execute();
    expect(keys).toHaveLength(1);
  });

  it.each([
    ['partner_id', 'is missing', { partner_id: undefined }],
    ['partner_id', 'is empty', { partner_id: '' }],
    ['partner_id', 'is no text', { partner_id: 7 }],
    ['partner_id', 'is nobody', { partner_id: 'oc_000000000000' }],
    ['partner_secret', 'is missing', { partner_secret: undefined }],
    ['partner_secret', 'is wrong', { partner_secret: 'oc_wrong' }],
  ])('says that %s is required when it %s', async (field, _when, change) => {
    const { server, credentials } = await withPartner();
    const { status, body } = await create(server, { ...credentials, ...ann, ...change });
    expect({ status, body }).toEqual({
      status: 400,
      body: { code: 'BadRequest', message: expect.any(String), errors: { [field]: 'required' } },
    });
  });

  it('takes the secret of another partner for a wrong one, and a suspended partner for nobody', async () => {
    const { server, partner, credentials } = await withPartner();
    const other = await insertTestPartner(server.plane.parts, { name: 'Rain' });
    const substituted = await create(server, { ...credentials, ...ann, partner_secret: other.secret });
    expect(substituted.body).toMatchObject({ errors: { partner_secret: 'required' } });
    await server.plane.parts.store.transaction((tx) =>
      tx.updateTable('partner').set({ suspended_at: 1 }).where('id', '=', partner.id).execute(),
    );
    expect((await create(server, { ...credentials, ...ann })).body).toMatchObject({ errors: { partner_id: 'required' } });
  });

  it.each([
    ['an address that is none', { email: 'ann' }],
    ['no company', { company: undefined }],
    ['an empty name', { first_name: ' ' }],
    ['a name that is no text', { last_name: 7 }],
    ['an unknown key', { plan: 'premium' }],
  ])('calls %s malformed', async (_what, change) => {
    const { server, credentials } = await withPartner();
    const { status, body } = await create(server, { ...credentials, ...ann, ...change });
    expect({ status, body }).toEqual({ status: 400, body: { code: 'BadRequest', message: expect.any(String), errors: {} } });
  });

  it('calls what is no JSON malformed', async () => {
    const { server } = await withPartner();
    expect(await create(server, '{')).toMatchObject({ status: 400, body: { code: 'BadRequest', errors: {} } });
    expect(await create(server, '[]')).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
  });

  it('takes its own region by either of its names, and refuses another', async () => {
    const { server, credentials } = await withPartner();
    expect((await create(server, { ...credentials, ...ann, region: 'Europe' })).status).toBe(200);
    const elsewhere = await create(server, { ...credentials, ...ann, email: 'ben@example.com', region: 'us-east-1' });
    expect(elsewhere).toMatchObject({ status: 400, body: { code: 'BadRequest', errors: { region: 'invalid' } } });
  });

  it('reads no Authorization header, and refuses a credential in the query string', async () => {
    const { server, credentials } = await withPartner();
    expect((await create(server, { ...credentials, ...ann }, { authorization: 'Bearer nonsense' })).status).toBe(200);
    const leaked = await server.call('POST', `/v3/accounts?token=${server.key.token}`, { ...credentials, ...ann }, { authorization: '' });
    expect(leaked).toMatchObject({ status: 401, body: { code: 'Unauthorized' } });
    expect((await server.call('GET', '/v3/accounts', undefined, { authorization: '' })).status).toBe(401);
    expect((await server.call('GET', '/v3/accounts')).status).toBe(404);
  });

  it('makes one who guesses secrets wait, and not who knows one at the same address', async () => {
    const { server, credentials } = await withPartner();
    const guess = (): ReturnType<ConnectServer['call']> => create(server, { ...credentials, ...ann, partner_secret: 'oc_wrong' });
    for (let attempt = 0; attempt < 30; attempt += 1) expect((await guess()).status).toBe(400);
    const { status, headers, body } = await guess();
    expect({ status, body }).toMatchObject({ status: 429, body: { code: 'TooManyRequests' } });
    expect(headers.get('retry-after')).toBe('1');
    expect((await create(server, { ...credentials, ...ann })).status).toBe(200);
  });

  it('makes none when the secret ends between the proof and the account', async () => {
    const { server, partner } = await withPartner();
    const { plane } = server;
    const ctx = { ...plane.as({ kind: 'visitor' }), people: testPeople(), agent: '' };
    const proven = await requirePartner(ctx, partner);
    await rotatePartnerSecret(plane.operator, partner.clientId, 0);
    const input = { email: ann.email, firstName: 'Ann', lastName: 'Lee', company: ann.company, region: undefined };
    await expect(createPartnerAccount(ctx, { partner: proven, secret: partner.secret }, input)).rejects.toMatchObject({
      code: 'invalid_partner',
    });
  });

  it('makes a partner wait that asks for too many accounts', async () => {
    const { server, credentials } = await withPartner();
    for (let attempt = 0; attempt < 100; attempt += 1) await create(server, { ...credentials, ...ann });
    const limited = await create(server, { ...credentials, ...ann, email: 'ben@example.com' });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
