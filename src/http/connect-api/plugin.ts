/** The Connect API as a surface of the server: its own authentication, body reading, error shape and 404 below `/v4`. */
import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { commonErrors, type ErrorRows } from '../../../contract/connect-api/errors.ts';
import type { ConnectRoute } from '../../../contract/connect-api/route.ts';
import { sourceRoutes } from '../../../contract/connect-api/sources.ts';
import { sourceTypeRoutes } from '../../../contract/connect-api/source-types.ts';
import { tokenRoutes } from '../../../contract/connect-api/tokens.ts';
import { AppError } from '../../../contract/errors.ts';
import type { Surface } from '../surface.ts';
import { authenticateKey } from './authenticate-key.ts';
import { sourceHandlers, sourceTypeHandlers, tokenHandlers, type ConnectHandler, type ConnectParams } from './handlers.ts';
import { acceptJsonBodies } from '../json-body.ts';
import type { ConnectApiOptions } from './options.ts';
import { renderError, renderTransportError } from './render-error.ts';

const prefix = '/v4';

/** The surface to mount: every path below `/v4` with its own authentication, bodies, errors and 404. */
export function connectApi(options: ConnectApiOptions): Surface {
  const routes: FastifyPluginCallback = (app, _options, done) => {
    app.decorateRequest('connectSession', undefined);
    acceptJsonBodies(app);

    // Order of checks (connect-api.md §2.3): credential, then route, then body.
    app.addHook('onRequest', async (request) => {
      request.connectSession = authenticateKey(request, options);
      if (request.is404) throw notFound();
    });
    // Gives this prefix its own 404s, so that the hook above sees them before any parsing.
    app.setNotFoundHandler(() => {
      throw notFound();
    });
    app.setErrorHandler((error, request, reply) => {
      const { errors = commonErrors } = request.routeOptions.config as { errors?: ErrorRows };
      const { status, body, unexpected } = renderError(error, errors, request.id);
      if (unexpected)
        options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'A Connect API request failed.');
      if (status === 401) reply.header('www-authenticate', 'Bearer');
      if (status === 503) reply.header('retry-after', '5');
      return reply.code(status).send(body);
    });

    addRoutes(app, sourceRoutes, sourceHandlers);
    addRoutes(app, tokenRoutes, tokenHandlers);
    addRoutes(app, sourceTypeRoutes, sourceTypeHandlers);
    done();
  };
  return {
    name: 'connect',
    prefix,
    plugin: (app, _options, done) => {
      app.register(routes, { prefix });
      done();
    },
    renderError: renderTransportError,
  };
}

/** Binds each route of a table to the handler of the same name. */
function addRoutes<Name extends string>(
  app: FastifyInstance,
  routes: Readonly<Record<Name, ConnectRoute>>,
  handlers: Readonly<Record<Name, ConnectHandler>>,
): void {
  for (const name of Object.keys(routes) as Name[]) addRoute(app, routes[name], handlers[name]);
}

function addRoute(app: FastifyInstance, route: ConnectRoute, handler: ConnectHandler): void {
  app.route<{ Params: ConnectParams }>({
    method: route.method,
    // An id is decimal digits; anything else is another path, hence 404.
    url: route.path
      .slice(prefix.length)
      .replaceAll(/\{(\w+_id)\}/g, ':$1(^\\d+$)')
      .replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    config: { errors: route.errors },
    handler: async (request, reply) => {
      const session = request.connectSession;
      if (session === undefined) throw new AppError('unauthorized', 'A valid API access key is required.');
      if (route.secret === true) reply.header('cache-control', 'no-store');
      return handler(session, request.params, request.body);
    },
  });
}

function notFound(): AppError<'not_found'> {
  return new AppError('not_found', 'There is nothing at this address with this method.');
}
