/** The Account API as a surface of the server: what the web app calls, with sessions, origins, bodies, errors and 404 of its own. */
import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { describeAccountApi } from '../../../contract/account-api/openapi.ts';
import type { AccountRoute } from '../../../contract/account-api/route.ts';
import { accountApiRoutes, type AccountRouteName } from '../../../contract/account-api/routes.ts';
import { AppError } from '../../../contract/errors.ts';
import { acceptJsonBodies, parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import type { Surface } from '../surface.ts';
import { authenticate } from './authenticate.ts';
import { createHandlers } from './handlers.ts';
import type { AccountApiOptions, AccountSession } from './options.ts';
import { renderAccountError, renderAccountTransportError } from './render-error.ts';
import { cookieKind, createSessionCookie } from './session-cookie.ts';

const prefix = '/account/v1';

/** A handler as the router calls it; `options.ts` types each for its route. */
type AnyHandler = (session: AccountSession, call: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Not part of what it describes. */
const descriptionRoute: AccountRoute = {
  method: 'GET',
  path: '/account/v1/openapi.json',
  summary: 'Describe this API',
  access: 'public',
  errors: [],
};

interface RouteConfig {
  readonly route?: AccountRoute;
}

/** The surface to mount below `/account/v1`. */
export function accountApi(options: AccountApiOptions): Surface {
  const routes: FastifyPluginAsync = async (app) => {
    app.decorateRequest('accountSession', undefined);
    acceptJsonBodies(app);
    await app.register(cookie);

    // Order of checks: path, origin and credential, then body.
    app.addHook('onRequest', async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      const { route } = request.routeOptions.config as RouteConfig;
      if (request.is404 || route === undefined) throw notFound();
      request.accountSession = await authenticate(request, route, options);
    });
    // Gives this prefix its own 404s, so that the hook above sees them before any parsing.
    app.setNotFoundHandler(() => {
      throw notFound();
    });
    app.setErrorHandler((error, request, reply) => {
      const { status, body, retryAfter, unexpected } = renderAccountError(error, request.id);
      if (unexpected)
        options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'An Account API request failed.');
      if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
      return reply.code(status).send(body);
    });

    const description = describeAccountApi(options.version);
    app.route({
      method: 'GET',
      url: '/openapi.json',
      exposeHeadRoute: false,
      config: { route: descriptionRoute },
      handler: async () => description,
    });
    const handlers: Readonly<Record<AccountRouteName, unknown>> = createHandlers(options);
    for (const [name, route] of Object.entries(accountApiRoutes)) {
      addRoute(app, route, handlers[name as AccountRouteName] as AnyHandler, options);
    }
  };
  return {
    name: 'account',
    prefix,
    plugin: (app, _options, done) => {
      app.register(routes, { prefix });
      done();
    },
    renderError: renderAccountTransportError,
  };
}

function addRoute(app: FastifyInstance, route: AccountRoute, handler: AnyHandler, options: AccountApiOptions): void {
  app.route({
    method: route.method,
    // An id is decimal digits; anything else is another path, hence 404.
    url: route.path.slice(prefix.length).replaceAll(/\{(\w+)\}/g, ':$1(^\\d+$)'),
    exposeHeadRoute: false,
    config: { route } satisfies RouteConfig,
    handler: async (request, reply) => {
      const session = request.accountSession;
      if (session === undefined) throw new AppError('unauthorized', 'Sign in first.');
      const result = await handler(session, readCall(request, reply, route, options));
      return route.response === undefined ? reply.code(204).send() : result;
    },
  });
}

function readCall(
  request: FastifyRequest,
  reply: FastifyReply,
  route: AccountRoute,
  { publicUrl }: AccountApiOptions,
): Readonly<Record<string, unknown>> {
  const params = Object.entries(request.params as Record<string, string>).map(([name, digits]) => [name, parseId(digits)]);
  return {
    params: Object.fromEntries(params),
    body: route.body === undefined ? undefined : parseBody(route.body, request.body ?? {}),
    query: route.query === undefined ? undefined : parseQuery(route.query, request.query),
    idempotencyKey: readIdempotencyKey(request),
    cookie: createSessionCookie(request, reply, { publicUrl, kind: cookieKind(request) }),
    delegatedCookie: createSessionCookie(request, reply, { publicUrl, kind: 'delegated' }),
    request,
  };
}

function parseQuery(schema: z.ZodType, query: unknown): unknown {
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw new AppError('invalid_query', 'A query parameter is unknown or not valid.');
  return parsed.data;
}

function readIdempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[!-~]{1,200}$/.test(key)) {
    throw new AppError('invalid_body', 'Idempotency-Key must be 1 to 200 visible ASCII characters.');
  }
  return key;
}

function notFound(): AppError<'not_found'> {
  return new AppError('not_found', 'There is nothing at this address with this method.');
}
