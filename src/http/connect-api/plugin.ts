/** The Connect API as surfaces of the server, below `/v4` and `/v3`. */
import type { FastifyInstance } from 'fastify';
import { connectionCheckRoutes } from '../../../contract/connect-api/connection-checks.ts';
import { destinationRoutes, destinationV3Routes } from '../../../contract/connect-api/destinations.ts';
import { destinationTypeRoutes } from '../../../contract/connect-api/destination-types.ts';
import { commonErrors, type ErrorRows } from '../../../contract/connect-api/errors.ts';
import { loadRoutes } from '../../../contract/connect-api/loads.ts';
import { jobRoutes } from '../../../contract/connect-api/jobs.ts';
import type { ConnectRoute } from '../../../contract/connect-api/route.ts';
import { sessionRoutes } from '../../../contract/connect-api/sessions.ts';
import { sourceRoutes } from '../../../contract/connect-api/sources.ts';
import { sourceTypeRoutes } from '../../../contract/connect-api/source-types.ts';
import { streamRoutes } from '../../../contract/connect-api/streams.ts';
import { tokenRoutes } from '../../../contract/connect-api/tokens.ts';
import { AppError } from '../../../contract/errors.ts';
import type { Surface } from '../surface.ts';
import { addAccountRoute } from './account-route.ts';
import { destinationHandlers, destinationTypeHandlers, destinationV3Handlers } from './destination-handlers.ts';
import { jobHandlers, sessionHandlers } from './job-handlers.ts';
import { connectionCheckHandlers, loadHandlers } from './loading-handlers.ts';
import { sourceHandlers, sourceTypeHandlers, tokenHandlers, type ConnectHandler, type ConnectParams } from './handlers.ts';
import { keySurface } from './key-surface.ts';
import type { ConnectApiOptions, ConnectV3Options } from './options.ts';
import { renderError } from './render-error.ts';
import { streamHandlers } from './stream-handlers.ts';

/** The surface to mount below `/v4`. */
export function connectApi(options: ConnectApiOptions): Surface {
  return surface('/v4', options, (app) => {
    addRoutes(app, sourceRoutes, sourceHandlers);
    addRoutes(app, tokenRoutes, tokenHandlers);
    addRoutes(app, streamRoutes, streamHandlers);
    addRoutes(app, sourceTypeRoutes, sourceTypeHandlers);
    addRoutes(app, destinationRoutes, destinationHandlers);
    addRoutes(app, destinationTypeRoutes, destinationTypeHandlers);
    addRoutes(app, connectionCheckRoutes, connectionCheckHandlers);
    addRoutes(app, jobRoutes, jobHandlers);
    addRoutes(app, loadRoutes, loadHandlers);
  });
}

/** The surface to mount below `/v3`: destinations in their old shape (connect-api.md §9.2), ephemeral tokens, and accounts that partners make. */
export function connectApiV3(options: ConnectV3Options): Surface {
  return surface('/v3', options, (app) => {
    addRoutes(app, destinationV3Routes, destinationV3Handlers);
    addRoutes(app, sessionRoutes, sessionHandlers);
    addAccountRoute(app, options);
  });
}

function surface(prefix: '/v3' | '/v4', options: ConnectApiOptions, addRoutes: (app: FastifyInstance) => void): Surface {
  return keySurface(options, {
    name: 'connect',
    title: 'Connect API',
    prefix,
    addRoutes,
    render(error, { routeOptions, id }) {
      const { errors = commonErrors } = routeOptions.config as { errors?: ErrorRows };
      return renderError(error, errors, id);
    },
  });
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
      .slice('/v4'.length)
      .replaceAll(/\{(\w+_id)\}/g, ':$1(^\\d+$)')
      .replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    config: { errors: route.errors },
    handler: async (request, reply) => {
      const session = request.connectSession;
      if (session === undefined) throw new AppError('unauthorized', 'A valid API access key is required.');
      if (route.secret === true) reply.header('cache-control', 'no-store');
      return handler(session, request.params, request.body, request.query);
    },
  });
}
