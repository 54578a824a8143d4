/** The OAuth endpoints a partner's server speaks to (RFC 6749, 7009, 7662, 8414); the page of the consent is the app's. */
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { describeAuthorizationServer, OAuthError, type IntrospectionReply, type TokenReply } from '../../../contract/oauth.ts';
import type { MisuseRecorder } from '../../access/principal.ts';
import type { DomainParts } from '../../domain/context.ts';
import { exchangeCode } from '../../domain/partner/exchange.ts';
import { introspectToken, revokeToken } from '../../domain/partner/token.ts';
import type { PeopleContext, PeopleParts } from '../../domain/people.ts';
import { maskCredentials } from '../../telemetry/log.ts';
import { findQueryCredential } from '../authenticate.ts';
import type { HttpLog } from '../server.ts';
import type { Surface } from '../surface.ts';
import { readClientProof } from './client-proof.ts';
import { acceptForms, readForm, requireParameter } from './form.ts';
import { renderOAuthError, renderOAuthTransportError } from './render-error.ts';

export interface OAuthOptions {
  readonly parts: DomainParts;
  readonly people: PeopleParts;
  readonly verifier: MisuseRecorder;
  readonly log: HttpLog;
}

type Form = ReadonlyMap<string, string>;

/** What is answered to a form; undefined: nothing but 200. */
type Answer = (ctx: PeopleContext, form: Form, authorization: string | undefined) => Promise<object | undefined>;

const answers: Readonly<Record<string, Answer>> = { '/oauth/token': exchange, '/oauth/revoke': revoke, '/oauth/introspect': introspect };

/** The surface to mount; other paths below `/oauth` are left to others. */
export function oauthApi(options: OAuthOptions): Surface {
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    acceptForms(app);
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache', 'x-content-type-options': 'nosniff' });
    });
    app.setErrorHandler((error, request, reply) => {
      const { status, body, retryAfter, unexpected } = renderOAuthError(error);
      if (unexpected) options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'An OAuth request failed.');
      if (status === 401 && request.headers.authorization !== undefined)
        reply.header('www-authenticate', 'Basic realm="oauth", charset="UTF-8"');
      if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
      return reply.code(status).send(body);
    });
    for (const [url, answer] of Object.entries(answers)) {
      app.post(url, async (request, reply) => {
        refuseQuery(request, options);
        const body = await answer(contextOf(request, options), readForm(request), request.headers.authorization);
        return body === undefined ? reply.send() : body;
      });
    }
    app.get('/.well-known/oauth-authorization-server', (_request, reply) =>
      reply.removeHeader('pragma').header('cache-control', 'no-cache').send(describeAuthorizationServer(options.people.origin())),
    );
    done();
  };
  return { name: 'oauth', prefix: '/oauth', plugin, renderError: renderOAuthTransportError };
}

async function exchange(ctx: PeopleContext, form: Form, authorization: string | undefined): Promise<TokenReply> {
  const proof = readClientProof(authorization, form);
  const grant = requireParameter(form, 'grant_type');
  if (grant !== 'authorization_code') throw new OAuthError('unsupported_grant_type', 'Only grant_type=authorization_code is supported.');
  const { row, token } = await exchangeCode(ctx, {
    ...proof,
    code: requireParameter(form, 'code'),
    redirectUri: form.get('redirect_uri'),
    codeVerifier: form.get('code_verifier'),
  });
  const ends = row.expires_at === null ? {} : { expires_in: Math.ceil((row.expires_at - row.created_at) / 1000) };
  return { token_type: 'bearer', access_token: token, stitch_account_id: row.account_id, ...ends };
}

async function revoke(ctx: PeopleContext, form: Form, authorization: string | undefined): Promise<undefined> {
  await revokeToken(ctx, readClientProof(authorization, form), requireParameter(form, 'token'));
}

async function introspect(ctx: PeopleContext, form: Form, authorization: string | undefined): Promise<IntrospectionReply> {
  const live = await introspectToken(ctx, readClientProof(authorization, form), requireParameter(form, 'token'));
  if (live === undefined) return { active: false };
  const { partner, key } = live;
  return {
    active: true,
    client_id: partner.client_id ?? '',
    sub: String(key.member_id),
    token_type: 'bearer',
    iat: Math.trunc(key.created_at / 1000),
    ...(key.expires_at === null ? {} : { exp: Math.trunc(key.expires_at / 1000) }),
    stitch_account_id: key.account_id,
  };
}

const secretParameters = ['client_secret', 'code', 'code_verifier', 'token'];

/** What is in a URL ends up in logs and histories. */
function refuseQuery(request: FastifyRequest, { verifier, log }: OAuthOptions): void {
  const target = request.raw.url ?? '';
  const leaked = findQueryCredential(target);
  const query = new URLSearchParams(target.slice((target + '?').indexOf('?') + 1));
  if (leaked === undefined && !secretParameters.some((name) => query.has(name))) return;
  if (leaked !== undefined) verifier.recordMisuse(leaked, 'query_string');
  log.warn({ requestId: request.id, route: request.routeOptions.url }, 'A secret was sent in a query string and refused.');
  throw new OAuthError('invalid_request', 'Send parameters in the body; a secret must not be in the URL.');
}

/** Nobody until the secret says which partner it is. */
function contextOf(request: FastifyRequest, { parts, people }: OAuthOptions): PeopleContext {
  const agent = maskCredentials(request.headers['user-agent'] ?? '').slice(0, 300);
  return { ...parts, people, actor: { kind: 'visitor' }, requestId: request.id, address: request.ip, agent };
}
