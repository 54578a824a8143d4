/** A surface of the server that API keys speak to: authentication, body reading, errors and 404 of its own below one prefix. */
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import { acceptJsonBodies } from '../json-body.ts';
import type { Surface } from '../surface.ts';
import { authenticateKey, refuseQueryCredential } from './authenticate-key.ts';
import type { ConnectApiOptions } from './options.ts';
import { renderTransportError } from './render-error.ts';

export interface KeySurface {
  /** As metrics know it. */
  readonly name: string;
  /** As the log names it. */
  readonly title: string;
  readonly prefix: string;
  /** In the shape of the surface; `unexpected` is logged. */
  readonly render: (
    error: unknown,
    request: FastifyRequest,
  ) => { readonly status: number; readonly body: unknown; readonly retryAfter: number | undefined; readonly unexpected: boolean };
  readonly addRoutes: (app: FastifyInstance) => void;
}

/** Every path below the prefix, whether a route or not. */
export function keySurface(options: ConnectApiOptions, { name, title, prefix, render, addRoutes }: KeySurface): Surface {
  const routes: FastifyPluginCallback = (app, _options, done) => {
    app.decorateRequest('connectSession', undefined);
    acceptJsonBodies(app);

    // Order of checks (connect-api.md §2.3): credential, then route, then body.
    app.addHook('onRequest', async (request) => {
      const { open } = request.routeOptions.config as { open?: true };
      if (open === true) refuseQueryCredential(request, options);
      else request.connectSession = authenticateKey(request, options);
      if (request.is404) throw notFound();
    });
    // Gives this prefix its own 404s, so that the hook above sees them before any parsing.
    app.setNotFoundHandler(() => {
      throw notFound();
    });
    app.setErrorHandler((error, request, reply) => {
      const { status, body, retryAfter, unexpected } = render(error, request);
      if (unexpected)
        options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, `A ${title} request failed.`);
      if (status === 401) reply.header('www-authenticate', 'Bearer');
      if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
      // A bare string is JSON too (connect-api.md §2.2).
      return reply.code(status).type('application/json').send(JSON.stringify(body));
    });

    addRoutes(app);
    done();
  };
  return {
    name,
    prefix,
    plugin: (app, _options, done) => {
      app.register(routes, { prefix });
      done();
    },
    renderError: renderTransportError,
  };
}

function notFound(): AppError<'not_found'> {
  return new AppError('not_found', 'There is nothing at this address with this method.');
}
