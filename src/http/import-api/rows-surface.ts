/** A surface of the server that takes records: bodies left unread until the gate has spoken, errors and 404 of its own below one prefix. */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Surface } from '../surface.ts';
import { leaveBodiesUnread } from '../unread-bodies.ts';

export interface RowsSurface {
  /** As metrics know it. */
  readonly name: string;
  readonly prefix: string;
  readonly pathIsSecret?: true;
  readonly addRoutes: (app: FastifyInstance) => void;
  /** What a path or a method that no route has is told. */
  readonly answerUnrouted: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}

/** Every path below the prefix, whether a route or not. */
export function rowsSurface({ addRoutes, answerUnrouted, ...surface }: RowsSurface): Surface {
  const routes: FastifyPluginCallback = (app, _options, done) => {
    leaveBodiesUnread(app);
    app.decorateRequest('importGrant', undefined);
    app.addHook('onRequest', (request, reply, next) => {
      if (request.is404) answerUnrouted(request, reply);
      else next();
    });
    addRoutes(app);
    // Gives this prefix its own 404s, so that the hook above sees them before any parsing.
    app.setNotFoundHandler(answerUnrouted);
    done();
  };
  return {
    ...surface,
    plugin: (app, _options, done) => {
      app.register(routes, { prefix: surface.prefix });
      done();
    },
    renderError: (status, message, requestId) => (status >= 500 ? { error: message, request_id: requestId } : { message }),
  };
}
