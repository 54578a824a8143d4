/** The notifications API as a surface of the server: the Connect API's authentication and bodies, its own routes and error shapes. */
import type { FastifyInstance } from 'fastify';
import { customEmailRoutes } from '../../../contract/notifications-api/custom-emails.ts';
import { commonNotificationErrors, type NotificationErrorRows } from '../../../contract/notifications-api/errors.ts';
import { hookRoutes } from '../../../contract/notifications-api/hooks.ts';
import { notificationsPrefix, type NotificationRoute } from '../../../contract/notifications-api/route.ts';
import { AppError } from '../../../contract/errors.ts';
import { keySurface } from '../connect-api/key-surface.ts';
import type { ConnectApiOptions } from '../connect-api/options.ts';
import type { Surface } from '../surface.ts';
import { customEmailHandlers, hookHandlers, type NotificationHandler, type NotificationParams } from './handlers.ts';
import { renderNotificationError } from './render-error.ts';

export interface NotificationsApiOptions extends ConnectApiOptions {
  /** The gate a hook's host must pass. */
  readonly egress: (host: string) => Promise<string>;
}

/** The surface to mount below `/notifications/public/v1/api`. */
export function notificationsApi(options: NotificationsApiOptions): Surface {
  return keySurface(options, {
    name: 'notifications',
    title: 'notifications API',
    prefix: notificationsPrefix,
    addRoutes(app) {
      addRoutes(app, options, customEmailRoutes, customEmailHandlers);
      addRoutes(app, options, hookRoutes, hookHandlers);
    },
    render(error, { routeOptions, id, body }) {
      const { errors = commonNotificationErrors } = routeOptions.config as { errors?: NotificationErrorRows };
      return renderNotificationError(error, errors, { requestId: id, sent: body });
    },
  });
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
