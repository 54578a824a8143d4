import { describe, expect, it } from 'vitest';
import { callback, challenge, createPartnerPlane } from '../../../tests/support/partner.ts';
import { addReply } from './authorization-request.ts';
import { acceptAuthorization, describeAuthorization, readStanding, rejectAuthorization } from './consent.ts';

const issuer = 'http://127.0.0.1:4600';
const iss = `iss=${encodeURIComponent(issuer)}`;

describe('a request for access', () => {
  it.each([
    'https://partner.example.com/callback/',
    'https://partner.example.com/Callback',
    'https://partner.example.com/callback/../callback',
    'https://partner.example.com/callback/evil',
    'https://partner.example.com/%63allback',
    'https://partner.example.com:443/callback',
    'https://partner.example.com:8443/callback',
    'https://PARTNER.example.com/callback',
    'http://partner.example.com/callback',
    'https://partner.example.com.evil.example/callback',
    'https://partner.example.com@evil.example/callback',
    'https://user@partner.example.com/callback',
    'https://partner.example.com/callback?next=https://evil.example',
    'https://partner.example.com/callback?tenant=7&tenant=8',
    'https://partner.example.com/callback#',
    'https://partner.example.com/callback%00',
    'https://partner.example.com\\callback',
    '//partner.example.com/callback',
    '/callback',
    'javascript:alert(1)',
    ' https://partner.example.com/callback',
    '',
  ])('never sends the browser to an address that only resembles a registered one: %j', async (redirectUri) => {
    const { visitor, member, idOf } = await createPartnerPlane();
    const request = { client_id: idOf(), redirect_uri: redirectUri, state: 's' };
    const invalid = { code: 'invalid_authorization_request' };
    await expect(describeAuthorization(visitor, request)).rejects.toMatchObject(invalid);
    await expect(rejectAuthorization(visitor, request)).rejects.toMatchObject(invalid);
    await expect(acceptAuthorization(member, request, { expiresInDays: null })).rejects.toMatchObject(invalid);
  });

  it('lets no port of this machine stand for another', async () => {
    const { visitor, register, idOf } = await createPartnerPlane();
    const local = await register('Local', { redirectUris: ['http://127.0.0.1:8000/cb'] });
    const ask = (port: number) => describeAuthorization(visitor, { client_id: idOf(local), redirect_uri: `http://127.0.0.1:${port}/cb` });
    expect(await ask(8000)).toMatchObject({ returnsTo: 'http://127.0.0.1:8000', refusal: undefined });
    await expect(ask(8001)).rejects.toMatchObject({ code: 'invalid_authorization_request' });
  });

  it('names nobody for an unknown client, nor the address of another partner', async () => {
    const { visitor, register, idOf } = await createPartnerPlane();
    await register('Other', { redirectUris: ['https://other.example.com/cb'] });
    const ask = (clientId: string, redirectUri?: string) =>
      describeAuthorization(visitor, { client_id: clientId, ...(redirectUri === undefined ? {} : { redirect_uri: redirectUri }) });
    await expect(ask('oc_unknown')).rejects.toMatchObject({ code: 'invalid_authorization_request' });
    await expect(ask(idOf().toLowerCase())).rejects.toMatchObject({ code: 'invalid_authorization_request' });
    await expect(ask(idOf(), 'https://other.example.com/cb')).rejects.toMatchObject({ code: 'invalid_authorization_request' });
  });

  it.each<[Record<string, string>, string]>([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type'],
    [{ code_challenge: challenge }, 'invalid_request'],
    [{ code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge: `${'a'.repeat(43)}+`, code_challenge_method: 'S256' }, 'invalid_request'],
  ])('tells the partner of the fault in %j, and gives no code', async (parameters, error) => {
    const { plane, visitor, member, idOf } = await createPartnerPlane();
    const request = { client_id: idOf(), state: 'a b&c', ...parameters };
    const { refusal = '' } = await describeAuthorization(visitor, request);
    expect(await acceptAuthorization(member, request, { expiresInDays: null })).toBe(refusal);
    expect(refusal.startsWith(`${callback}?`)).toBe(true);
    const sent = new URL(refusal).searchParams;
    expect([sent.get('error'), sent.get('state'), sent.get('iss')]).toEqual([error, 'a b&c', issuer]);
    expect(await plane.parts.store.read.selectFrom('authorization_code').select('digest').execute()).toEqual([]);
  });

  it('goes back with the refusal of a member, or with a code, state and issuer; a registered query stays', async () => {
    const { visitor, member, idOf } = await createPartnerPlane();
    expect(await rejectAuthorization(visitor, { client_id: idOf() })).toBe(`${callback}?error=access_denied&${iss}`);
    const request = { client_id: idOf(), redirect_uri: `${callback}?tenant=7`, state: 'x', response_type: 'code' };
    expect(await rejectAuthorization(visitor, request)).toBe(`${callback}?tenant=7&error=access_denied&state=x&${iss}`);
    const accepted = await acceptAuthorization(member, request, { expiresInDays: null });
    expect(accepted).toMatch(new RegExp(`^https://partner\\.example\\.com/callback\\?tenant=7&code=[\\w-]{43}&state=x&iss=`));
  });

  it('says what access there is or was', async () => {
    const { member, accountId, consent, exchange, idOf } = await createPartnerPlane();
    const standing = () => readStanding(member, accountId, { client_id: idOf() });
    expect(await standing()).toBeUndefined();
    await exchange(await consent());
    expect(await standing()).toMatchObject({ state: 'enabled', changedBy: 'Vendor' });
  });

  it('can be answered by a member only', async () => {
    const { visitor, idOf } = await createPartnerPlane();
    expect(() => acceptAuthorization(visitor, { client_id: idOf() }, { expiresInDays: null })).toThrow(/Only a member/);
  });
});

it('joins what it adds to an address as the address needs it', () => {
  const add = (uri: string) => addReply(uri, { code: 'c' }, { state: undefined, issuer: 'i' });
  expect(['https://a/', 'https://a/?', 'https://a/?b=1', 'https://a/?b=1&'].map(add)).toEqual([
    'https://a/?code=c&iss=i',
    'https://a/?code=c&iss=i',
    'https://a/?b=1&code=c&iss=i',
    'https://a/?b=1&code=c&iss=i',
  ]);
});
