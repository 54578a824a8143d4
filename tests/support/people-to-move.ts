/** People and what they left in a store, to be found again in its copy. */
import { expect } from 'vitest';
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
  return {
    cookie: ann.cookie() ?? '',
    authenticator,
    recoveryCode: codes[3],
    invitation: tokenOf(link),
    emailChange: await mailedToken(app, 'ann.lee@people.example'),
    key: { id: body.key.id, secret: body.secret },
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
  expect((await createKey(ann, { cookie: people.cookie })).body.error.code).toBe('already_created');
}

function createKey(client: PeopleClient, headers: Record<string, string> = {}): ReturnType<PeopleClient['call']> {
  return client.call('POST', '/api-keys', { description: 'Nightly' }, { 'idempotency-key': 'nightly', ...headers });
}
