/** People and what they left in a store, to be found again in its copy. */
import { expect } from 'vitest';
import { createPartnerServer } from './partner-server.ts';
import { createPeopleClient, tokenOf, type PeopleClient } from './people-client.ts';
import { codeOf, mailedToken, password } from './team.ts';
import type { TestApp } from './test-app.ts';

export interface PeopleToMove {
  /** The header of a session. */
  readonly cookie: string;
  readonly authenticator: string;
  readonly recoveryCode: string;
  readonly invitation: string;
  readonly emailChange: string;
  readonly key: { readonly id: number; readonly secret: string };
  /** Of a partner: its secret, and the token of its key. */
  readonly partner: { readonly id: string; readonly secret: string; readonly token: string };
  readonly webhookUrl: string;
}

/** The tables that `addPeople` and a source with rows leave something in. */
export const tablesOfPeople = [
  'member',
  'session',
  'invitation',
  'link',
  'mail',
  'recovery_code',
  'credential_use',
  'answered_request',
  'row_usage',
  'partner',
  'partner_secret',
  'authorization_code',
];

/** Sets the first account of a server up, with a little of everything. */
export async function addPeople(app: TestApp): Promise<PeopleToMove> {
  const ann = createPeopleClient(app.url);
  const code = tokenOf(app.setupUrl);
  await ann.ok('POST', '/setup', { code, company: 'People', name: 'Ann', email: 'ann@people.example', password });
  const { secret: authenticator } = await ann.ok('POST', '/profile/two-factor');
  const { recovery_codes: codes } = await ann.ok('POST', '/profile/two-factor/confirmations', { code: codeOf(authenticator) });
  const { link } = await ann.ok('POST', '/invitations', { email: 'ben@people.example', role: 'administrator' });
  await ann.ok('POST', '/profile/email', { email: 'ann.lee@people.example', password });
  const { body } = await createKey(ann);
  const sources = await fetch(new URL('/v4/sources', app.url), {
    headers: { authorization: `Bearer ${body.secret}`, 'user-agent': 'nightly/1' },
  });
  expect(sources.status).toBe(200);
  const partner = await createPartnerServer(app, { name: 'Loom Works', redirectUris: ['https://loom.example/back'] });
  const consent = async (): Promise<string> => {
    const { redirect_to: to } = await ann.ok('POST', '/authorization/acceptance', { client_id: partner.id, response_type: 'code' });
    return new URL(to).searchParams.get('code') ?? '';
  };
  const { body: grant } = await partner.exchange({ code: await consent() });
  // One that is never used.
  await consent();
  const webhook = await ann.ok('POST', '/sources', { type: 'webhook.incoming-webhook', display_name: 'Calls' });
  const { url } = await ann.ok('POST', `/sources/${webhook.id}/tokens`, {});
  return {
    cookie: ann.cookie() ?? '',
    authenticator,
    recoveryCode: codes[3],
    invitation: tokenOf(link),
    emailChange: await mailedToken(app, 'ann.lee@people.example'),
    key: { id: body.key.id, secret: body.secret },
    partner: { id: partner.id, secret: partner.secret, token: grant.access_token },
    webhookUrl: new URL(url).pathname,
  };
}

/** Expects them on another server, where each link and code still works once. */
export async function expectPeople(app: TestApp, people: PeopleToMove): Promise<void> {
  const ann = createPeopleClient(app.url);
  const held = await ann.call('GET', '/profile', undefined, { cookie: people.cookie });
  expect(held.body).toMatchObject({ pending_email: 'ann.lee@people.example', two_factor: true, recovery_codes_left: 10 });

  expect((await ann.call('POST', '/email-changes/completions', { token: people.emailChange })).status).toBe(204);
  const signIn = (code?: string) =>
    createPeopleClient(app.url).call('POST', '/session', { email: 'ann.lee@people.example', password, ...(code && { code }) });
  expect((await signIn()).body.error.code).toBe('second_factor_required');
  expect((await signIn(codeOf(people.authenticator, Date.now() + 30_000))).status).toBe(200);
  expect((await signIn(people.recoveryCode)).status).toBe(200);
  expect((await signIn(people.recoveryCode)).status).toBe(401);

  const ben = createPeopleClient(app.url);
  const joined = await ben.ok('POST', '/invitations/acceptances', { token: people.invitation, name: 'Ben', password });
  expect(joined).toMatchObject({ member: { roles: ['administrator'] }, account: { company: 'People', plan: 'premium' } });
  expect(await ben.ok('GET', `/api-keys/${people.key.id}`)).toMatchObject({ recent_uses: [{ agent: 'nightly/1', uses: 1 }] });
  const sources = await fetch(new URL('/v4/sources', app.url), { headers: { authorization: `Bearer ${people.key.secret}` } });
  expect(sources.status).toBe(200);
  const usePartner = (): Promise<Response> =>
    fetch(new URL('/v4/sources', app.url), { headers: { authorization: `Bearer ${people.partner.token}` } });
  expect((await usePartner()).status).toBe(200);
  const called = await fetch(new URL(people.webhookUrl, app.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"n":1}',
  });
  expect(called.status).toBe(200);
  const form = new URLSearchParams({ client_id: people.partner.id, client_secret: people.partner.secret, token: people.partner.token });
  expect((await fetch(new URL('/oauth/revoke', app.url), { method: 'POST', body: form })).status).toBe(200);
  expect((await usePartner()).status).toBe(401);
  expect((await createKey(ann, { cookie: people.cookie })).body.error.code).toBe('already_created');
}

function createKey(client: PeopleClient, headers: Record<string, string> = {}): ReturnType<PeopleClient['call']> {
  return client.call('POST', '/api-keys', { description: 'Nightly' }, { 'idempotency-key': 'nightly', ...headers });
}
