/** The notifications API as a surface of the server: the Connect API's authentication and bodies, its own routes and error shapes. */
import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { customEmailRoutes } from '../../../contract/notifications-api/custom-emails.ts';
import { commonNotificationErrors, type NotificationErrorRows } from '../../../contract/notifications-api/errors.ts';
import { hookRoutes } from '../../../contract/notifications-api/hooks.ts';
import { notificationsPrefix, type NotificationRoute } from '../../../contract/notifications-api/route.ts';
import { AppError } from '../../../contract/errors.ts';
import { authenticateKey } from '../connect-api/authenticate-key.ts';
import type { ConnectApiOptions } from '../connect-api/options.ts';
import { renderTransportError } from '../connect-api/render-error.ts';
import { acceptJsonBodies } from '../json-body.ts';
import type { Surface } from '../surface.ts';
import { customEmailHandlers, hookHandlers, type NotificationHandler, type NotificationParams } from './handlers.ts';
import { renderNotificationError } from './render-error.ts';

export interface NotificationsApiOptions extends ConnectApiOptions {
  /** The gate a hook's host must pass. */
  readonly egress: (host: string) => Promise<string>;
}

/** The surface to mount below `/notifications/public/v1/api`. */
export function notificationsApi(options: NotificationsApiOptions): Surface {
  const routes: FastifyPluginCallback = (app, _options, done) => {
    app.decorateRequest('connectSession', undefined);
    acceptJsonBodies(app);
    // Order of checks (connect-api.md §2.3): credential, then route, then body.
    app.addHook('onRequest', async (request) => {
      request.connectSession = authenticateKey(request, options);
      if (request.is404) throw notFound();
    });
    app.setNotFoundHandler(() => {
      throw notFound();
    });
    app.setErrorHandler((error, request, reply) => {
      const { errors = commonNotificationErrors } = request.routeOptions.config as { errors?: NotificationErrorRows };
      const asked = { requestId: request.id, sent: request.body };
      const { status, body, unexpected } = renderNotificationError(error, errors, asked);
      if (unexpected) {
        options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'A notifications API request failed.');
      }
      if (status === 401) reply.header('www-authenticate', 'Bearer');
      if (status === 503) reply.header('retry-after', '5');
      return reply.code(status).type('application/json').send(JSON.stringify(body));
    });
    addRoutes(app, options, customEmailRoutes, customEmailHandlers);
    addRoutes(app, options, hookRoutes, hookHandlers);
    done();
  };
  return {
    name: 'notifications',
    prefix: notificationsPrefix,
    plugin: (app, _options, done) => {
      app.register(routes, { prefix: notificationsPrefix });
      done();
    },
    renderError: renderTransportError,
  };
}

/** Binds each route of a table to the handler of the same name. */
function addRoutes<Name extends string>(
  app: FastifyInstance,
  options: NotificationsApiOptions,
  routes: Readonly<Record<Name, NotificationRoute>>,
  handlers: Readonly<Record<Name, NotificationHandler>>,
): void {
  for (const name of Object.keys(routes) as Name[]) {
    const { method, path, errors } = routes[name];
    app.route<{ Params: NotificationParams }>({
      method,
      // An id is decimal digits; anything else is another path, hence 404.
      url: path.slice(notificationsPrefix.length).replaceAll(/\{(\w+_id)\}/g, ':$1(^\\d+$)'),
      exposeHeadRoute: false,
      config: { errors },
      handler: async (request, reply) => {
        const session = request.connectSession;
        if (session === undefined) throw new AppError('unauthorized', 'A valid API access key is required.');
        const answer = await handlers[name]({ ...session, egress: options.egress }, request.params, request.body);
        // Null is an answer too; the framework would send nothing.
        return reply.type('application/json').send(JSON.stringify(answer));
      },
    });
  }
}

function notFound(): AppError<'not_found'> {
  return new AppError('not_found', 'There is nothing at this address with this method.');
}
