/** Partners get access by consent and lose it, over a real server (connect-api.md §4.3 and §14 item 19; web-app.md §7, T7–T9). */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '../../contract/account-api/authorization.ts';
import type { MemberClient } from '../support/member-client.ts';
import { createPartnerServer, type Partner } from '../support/partner-server.ts';
import { startWebServer, withStore, type Person, type WebServer } from '../support/web-server.ts';

const callback = 'https://partner.example.com/callback';
const other = 'https://partner.example.com/other?tenant=7';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

let server: WebServer;
let ann: Person;
let member: MemberClient;
let partner: Partner;

beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
  member = await server.signIn(ann);
  partner = await createPartnerServer(server, { name: 'Vendor', redirectUris: [callback, other] });
});
afterAll(() => server.stop());

async function consent(request: Partial<AuthorizationRequest> = {}, days: number | null = null): Promise<URL> {
  const body = { client_id: partner.id, ...request, expires_in_days: days };
  return new URL((await member.call('acceptAuthorization', { body })).redirect_to);
}
async function newCode(request: Partial<AuthorizationRequest> = {}, days: number | null = null): Promise<string> {
  return (await consent(request, days)).searchParams.get('code') ?? '';
}
async function newToken(): Promise<string> {
  return (await partner.exchange({ code: await newCode() })).body.access_token;
}
const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});
/** What a browser would be asked to open, as the page hands it to the API. */
function requestOf(url: URL): Partial<AuthorizationRequest> {
  return Object.fromEntries(url.searchParams);
}

describe('§14.19: the documented exchange', () => {
  it('gives a token for the secret and the code alone', async () => {
    const redirect = await consent();
    expect(redirect.origin + redirect.pathname).toBe(callback);
    expect([...redirect.searchParams.keys()]).toEqual(['code', 'iss']);
    expect(redirect.searchParams.get('iss')).toBe(server.url.origin);
    const reply = await partner.exchange({ code: redirect.searchParams.get('code') ?? '' });
    expect([reply.status, reply.headers.get('cache-control'), reply.headers.get('pragma')]).toEqual([200, 'no-store', 'no-cache']);
    const token = expect.stringMatching(/^ac_\w{50}$/) as string;
    expect(reply.body).toEqual({ token_type: 'bearer', access_token: token, stitch_account_id: ann.accountId });
    expect(await partner.use(reply.body.access_token)).toBe(200);
    expect(await member.call('listPartnerKeys', {})).toMatchObject([{ partner: 'Vendor', state: 'enabled' }]);
  });

  it('works with curl as it is written', async () => {
    const args = ['-sS', '-X', 'POST', `${server.url.origin}/oauth/token`];
    const form = ['-d', `client_secret=${partner.secret}`, '-d', `code=${await newCode()}`, '-d', 'grant_type=authorization_code'];
    const { stdout } = await promisify(execFile)('curl', [...args, ...form], { timeout: 20_000 });
    const reply = JSON.parse(stdout) as { access_token: string };
    expect(Object.keys(reply)).toEqual(['token_type', 'access_token', 'stitch_account_id']);
    expect(await partner.use(reply.access_token)).toBe(200);
  });

  it('says how long the access lasts where the consent named an end', async () => {
    expect((await partner.exchange({ code: await newCode({}, 2) })).body).toMatchObject({ expires_in: 172_800 });
  });

  it('is the same with the client named, in the form or by HTTP Basic', async () => {
    expect((await partner.exchange({ code: await newCode(), client_id: partner.id })).status).toBe(200);
    const form = { code: await newCode({ redirect_uri: other }), grant_type: 'authorization_code', redirect_uri: other };
    expect((await partner.post('/oauth/token', form, basic(partner.id, partner.secret))).status).toBe(200);
    const named = { code: await newCode(), grant_type: 'authorization_code', client_id: partner.id };
    expect((await partner.post('/oauth/token', named, basic(partner.id, partner.secret))).status).toBe(200);
  });

  it('loses a member’s access at once, and comes back only by another consent as a new row', async () => {
    const token = await newToken();
    const [before] = await member.call('listPartnerKeys', {});
    const keyId = before?.id ?? 0;
    await member.call('disablePartnerKey', { params: { key_id: keyId } });
    expect(await partner.use(token)).toBe(401);
    await member.call('enablePartnerKey', { params: { key_id: keyId } });
    expect(await partner.use(token)).toBe(200);
    await member.call('deletePartnerKey', { params: { key_id: keyId }, body: {} });
    expect(await partner.use(token)).toBe(401);
    const asked = { body: { client_id: partner.id } };
    expect(await member.call('getStanding', asked)).toMatchObject({ standing: { state: 'deleted', changed_by: ann.email } });
    const fresh = await newToken();
    expect([await partner.use(token), await partner.use(fresh)]).toEqual([401, 200]);
    const rows = await member.call('listPartnerKeys', {});
    expect(rows).toMatchObject([{ partner: 'Vendor', state: 'enabled' }]);
    expect(rows[0]?.id).not.toBe(keyId);
  });
});

describe('§14.19: a refused exchange', () => {
  it('of a used code ends what it gave, also of two at once', async () => {
    const code = await newCode();
    const answers = await Promise.all([partner.exchange({ code }), partner.exchange({ code })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    const token = answers.find(({ status }) => status === 200)?.body.access_token ?? '';
    expect(await partner.use(token)).toBe(401);
    expect((await partner.exchange({ code })).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('of a code five minutes old', async () => {
    const code = await newCode();
    await withStore(server.dataDirectory, (store) =>
      store.transaction((tx) =>
        tx
          .updateTable('authorization_code')
          .set((eb) => ({ created_at: eb('created_at', '-', 300_000), expires_at: eb('expires_at', '-', 300_000) }))
          .execute(),
      ),
    );
    const reply = await partner.exchange({ code });
    expect([reply.status, reply.body.error, reply.headers.get('cache-control')]).toEqual([400, 'invalid_grant', 'no-store']);
  });

  it('of another partner’s code', async () => {
    const thief = await createPartnerServer(server, { name: 'Thief', redirectUris: [callback] });
    const code = await newCode();
    expect((await thief.exchange({ code })).body.error).toBe('invalid_grant');
    expect((await thief.exchange({ code, client_id: partner.id })).body.error).toBe('invalid_client');
    expect((await partner.exchange({ code, client_id: thief.id })).body.error).toBe('invalid_client');
    expect((await partner.exchange({ code })).status).toBe(200);
  });

  const form = { grant_type: 'authorization_code', code: 'x' };
  it.each<[string, () => Promise<{ status: number; headers: Headers; body: { error?: string } }>, number, string]>([
    ['no secret', () => partner.post('/oauth/token', form), 401, 'invalid_client'],
    ['a wrong secret', () => partner.exchange({ code: 'x', client_secret: `${partner.secret.slice(0, -1)}-` }), 401, 'invalid_client'],
    ['the id as secret', () => partner.exchange({ code: 'x', client_secret: partner.id }), 401, 'invalid_client'],
    ['a Bearer header', () => partner.post('/oauth/token', form, { authorization: 'Bearer x' }), 401, 'invalid_client'],
    ['a broken Basic header', () => partner.post('/oauth/token', form, { authorization: 'Basic %%%' }), 401, 'invalid_client'],
    ['Basic for another client', () => partner.post('/oauth/token', form, basic('oc_other', partner.secret)), 401, 'invalid_client'],
    [
      'Basic with a broken escape',
      () => partner.post('/oauth/token', form, { authorization: `Basic ${btoa('a%zz:b')}` }),
      401,
      'invalid_client',
    ],
    [
      'the secret in header and form',
      () => partner.post('/oauth/token', { ...form, client_secret: partner.secret }, basic(partner.id, partner.secret)),
      400,
      'invalid_request',
    ],
    [
      'two client ids',
      () => partner.post('/oauth/token', { ...form, client_id: 'oc_other' }, basic(partner.id, partner.secret)),
      400,
      'invalid_request',
    ],
    [
      'a code twice',
      () => partner.post('/oauth/token', `client_secret=${partner.secret}&grant_type=authorization_code&code=x&code=y`),
      400,
      'invalid_request',
    ],
    ['no code', () => partner.exchange({ code: '' }), 400, 'invalid_request'],
    ['no grant type', () => partner.exchange({ code: 'x', grant_type: '' }), 400, 'invalid_request'],
    ['another grant type', () => partner.exchange({ code: 'x', grant_type: 'client_credentials' }), 400, 'unsupported_grant_type'],
    ['the secret in the URL', () => partner.post(`/oauth/token?client_secret=${partner.secret}`, form), 400, 'invalid_request'],
    ['the code in the URL', () => partner.post('/oauth/token?code=x', { client_secret: partner.secret, ...form }), 400, 'invalid_request'],
    ['too large a form', () => partner.exchange({ code: 'x'.repeat(20_000) }), 400, 'invalid_request'],
  ])('for %s', async (_what, ask, status, error) => {
    const reply = await ask();
    expect([reply.status, reply.body.error]).toEqual([status, error]);
    expect([reply.headers.get('cache-control'), reply.headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
  });

  it('for JSON, and asks who came with a header for HTTP Basic', async () => {
    const body = JSON.stringify({ client_secret: partner.secret, ...form });
    const json = await fetch(new URL('/oauth/token', server.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([json.status, await json.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    const refused = await partner.post('/oauth/token', form, basic(partner.id, 'wrong'));
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect((await partner.post('/oauth/token', form)).headers.get('www-authenticate')).toBeNull();
  });

  it('says nothing to the page of another site', async () => {
    const reply = await partner.post('/oauth/token', form, { origin: 'https://evil.example' });
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(new URL('/oauth/token', server.url))).status).toBe(404);
  });
});

describe('a partner’s own tokens', () => {
  it('are looked up, while they live, by their partner only', async () => {
    const stranger = await createPartnerServer(server, { name: 'Stranger', redirectUris: [callback] });
    const token = (await partner.exchange({ code: await newCode({}, 1) })).body.access_token;
    const ask = (of: Partner, asked: string) => of.post('/oauth/introspect', { client_secret: of.secret, token: asked });
    const { body } = await ask(partner, token);
    expect(body).toEqual({
      active: true,
      client_id: partner.id,
      sub: String(ann.memberId),
      token_type: 'bearer',
      iat: expect.any(Number) as number,
      exp: expect.any(Number) as number,
      stitch_account_id: ann.accountId,
    });
    const { api_key: apiKey } = await server.operator.call('POST', `/accounts/${ann.accountId}/api-keys`, { description: 'own' });
    for (const [of, asked] of [
      [stranger, token],
      [partner, String(apiKey)],
      [partner, 'nothing'],
      [partner, `${token.slice(0, -1)}_`],
    ] as const) {
      expect((await ask(of, asked)).body).toEqual({ active: false });
    }
    expect((await partner.post('/oauth/introspect', { token })).status).toBe(401);
    expect((await partner.post('/oauth/introspect', { client_secret: partner.secret })).body).toMatchObject({ error: 'invalid_request' });
  });

  it('are revoked by their partner only, and dead when that answers', async () => {
    const stranger = await createPartnerServer(server, { name: 'Stranger', redirectUris: [callback] });
    const token = await newToken();
    const revoke = (of: Partner, asked: string) =>
      of.post('/oauth/revoke', { client_secret: of.secret, token: asked, token_type_hint: 'x' });
    expect((await revoke(stranger, token)).status).toBe(200);
    expect((await revoke(partner, 'unknown')).status).toBe(200);
    expect(await partner.use(token)).toBe(200);
    const reply = await revoke(partner, token);
    expect([reply.status, reply.body]).toEqual([200, {}]);
    expect(await partner.use(token)).toBe(401);
    expect((await revoke(partner, token)).status).toBe(200);
    expect((await partner.post('/oauth/introspect', { client_secret: partner.secret, token })).body).toEqual({ active: false });
    expect((await partner.post('/oauth/revoke', { token })).status).toBe(401);
    expect(await member.call('listPartnerKeys', {})).toEqual([]);
  });

  it('stop with a partner the operator suspends, and with one that is removed', async () => {
    const gone = await createPartnerServer(server, { name: 'Gone', redirectUris: [callback] });
    const ask = { body: { client_id: gone.id, expires_in_days: null } };
    const accept = async () => new URL((await member.call('acceptAuthorization', ask)).redirect_to).searchParams.get('code') ?? '';
    const { access_token: token } = (await gone.exchange({ code: await accept() })).body;
    const pending = await accept();
    await server.operator.call('POST', `/partners/${gone.id}/suspend`);
    expect(await gone.use(token)).toBe(401);
    expect((await gone.exchange({ code: pending })).body.error).toBe('invalid_client');
    await expect(accept()).rejects.toMatchObject({ code: 'invalid_authorization_request' });
    await server.operator.call('POST', `/partners/${gone.id}/resume`);
    expect(await gone.use(token)).toBe(200);
    expect((await gone.exchange({ code: pending })).body.error).toBe('invalid_grant');
    await server.operator.call('DELETE', `/partners/${gone.id}`);
    expect(await gone.use(token)).toBe(401);
    const { partners } = await server.operator.call('GET', '/partners');
    expect(JSON.stringify(partners)).not.toContain(gone.id);
  });
});

/** A refusal by a client of what came back to it. */
const becauseOf = (parameter: string): object => ({ cause: { message: expect.stringContaining(`"${parameter}"`) as string } });

describe('independent clients', () => {
  it('openid-client discovers the server, and gets, looks up and revokes a token with PKCE', async () => {
    const config = await openid.discovery(server.url, partner.id, partner.secret, openid.ClientSecretBasic(partner.secret), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    });
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const expectedState = openid.randomState();
    const asked = openid.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
    });
    expect(`${asked.origin}${asked.pathname}`).toBe(`${server.url.origin}/oauth/authorization`);
    const redirect = await consent(requestOf(asked));
    await expect(openid.authorizationCodeGrant(config, redirect, { pkceCodeVerifier, expectedState: 'another' })).rejects.toMatchObject(
      becauseOf('state'),
    );
    const forged = new URL(redirect);
    forged.searchParams.set('iss', 'https://mixed.example');
    await expect(openid.authorizationCodeGrant(config, forged, { pkceCodeVerifier, expectedState })).rejects.toMatchObject(
      becauseOf('iss'),
    );
    const tokens = await openid.authorizationCodeGrant(config, redirect, { pkceCodeVerifier, expectedState });
    expect(tokens['stitch_account_id']).toBe(ann.accountId);
    expect(await partner.use(tokens.access_token)).toBe(200);
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, client_id: partner.id });
    await openid.tokenRevocation(config, tokens.access_token);
    expect(await partner.use(tokens.access_token)).toBe(401);
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  });

  it('oauth4webapi does the same with the secret in the form, and understands a refusal', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const discovered = await oauth.discoveryRequest(server.url, { ...insecure, algorithm: 'oauth2' });
    const as = await oauth.processDiscoveryResponse(server.url, discovered);
    const client: oauth.Client = { client_id: partner.id };
    const auth = oauth.ClientSecretPost(partner.secret);
    const asked = { redirect_uri: other, state: 's', response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256' };
    const parameters = oauth.validateAuthResponse(as, client, await consent(asked), 's');
    const exchange = (code: string) => oauth.authorizationCodeGrantRequest(as, client, auth, parameters, other, code, insecure);
    const wrong = await exchange('w'.repeat(43));
    await expect(oauth.processAuthorizationCodeResponse(as, client, wrong)).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, await exchange(verifier));
    expect(await partner.use(tokens.access_token)).toBe(200);
    const looked = await oauth.introspectionRequest(as, client, auth, tokens.access_token, insecure);
    expect(await oauth.processIntrospectionResponse(as, client, looked)).toMatchObject({ active: true, stitch_account_id: ann.accountId });
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, tokens.access_token, insecure));
    expect(await partner.use(tokens.access_token)).toBe(401);

    const { redirect_to: rejected } = await member.call('rejectAuthorization', { body: { client_id: partner.id, state: 's' } });
    expect(() => oauth.validateAuthResponse(as, client, new URL(rejected), 's')).toThrow(
      expect.objectContaining({ error: 'access_denied' }) as Error,
    );
  });

  it('are told by the metadata what there is', async () => {
    const reply = await fetch(new URL('/.well-known/oauth-authorization-server', server.url));
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await reply.json()).toMatchObject({
      issuer: server.url.origin,
      token_endpoint: `${server.url.origin}/oauth/token`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});
