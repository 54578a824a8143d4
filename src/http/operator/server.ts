/** The operator's JSON API; whoever may open the socket of the data directory is the operator. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { fastify } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import { requireOwnDirectory } from '../../lib/own-directory.ts';
import { acceptJsonBodies } from '../json-body.ts';
import { createRequestIds } from '../request-id.ts';
import { addAccountRoutes } from './account-routes.ts';
import { addApiKeyRoutes } from './api-key-routes.ts';
import { addLoadRoutes } from './load-routes.ts';
import type { OperatorApiOptions } from './options.ts';
import { addPartnerRoutes } from './partner-routes.ts';
import { addPeopleRoutes } from './people-routes.ts';
import { renderOperatorError } from './render-error.ts';
import { addSourceRoutes } from './source-routes.ts';
import { addSystemRoutes } from './system-routes.ts';

export interface OperatorServer {
  /** Listens on the socket of a data directory whose lock the caller holds; `directory` is made and checked when given. */
  listen(socket: { readonly path: string; readonly directory: string | undefined }): Promise<void>;
  /** Lets calls in flight end, removes the socket. */
  close(): Promise<void>;
}

/** Builds the server with its routes ready; nothing listens yet. */
export async function createOperatorServer(options: OperatorApiOptions): Promise<OperatorServer> {
  const app = fastify({ logger: false, genReqId: createRequestIds() });
  acceptJsonBodies(app);
  // One call per connection: a stop waits for no idle one.
  app.addHook('onSend', async (_request, reply) => {
    reply.header('connection', 'close');
  });
  app.setNotFoundHandler(() => {
    throw new AppError('not_found', 'There is nothing at this address with this method.');
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = renderOperatorError(error, request.id);
    if (status === 500)
      options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'An operator call failed.');
    return reply.code(status).send(body);
  });
  addAccountRoutes(app, options);
  addApiKeyRoutes(app, options);
  addPartnerRoutes(app, options);
  addPeopleRoutes(app, options);
  addSystemRoutes(app, options);
  addLoadRoutes(app, options);
  addSourceRoutes(app, options);
  await app.ready();

  let directory: string | undefined;
  return {
    async listen(socket) {
      directory = socket.directory;
      if (directory !== undefined) {
        mkdirSync(directory, { mode: 0o700, recursive: true });
        requireOwnDirectory(directory);
      }
      // Left by a process that was killed: the lock on the data directory says that nobody listens on it.
      rmSync(socket.path, { force: true });
      app.server.listen(socket.path);
      // Bound already in this turn; nobody else was let in meanwhile unless the umask lets everyone write.
      chmodSync(socket.path, 0o600);
      if (!app.server.listening) await once(app.server, 'listening');
    },
    async close() {
      await app.close();
      // Fastify ends only listeners it opened itself.
      if (app.server.listening) await new Promise((resolve) => app.server.close(resolve));
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
