/** The Import API as a surface of the server (import-api.md). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { importApiPrefix, importRoutes, methodNotAllowed, notFound } from '../../../contract/import-api.ts';
import type { Surface } from '../surface.ts';
import { batchRoute } from './batch.ts';
import { createGate } from './gate.ts';
import type { ImportApiOptions } from './options.ts';
import { pushRoute } from './push.ts';
import { sendError } from './reply.ts';
import { rowsSurface } from './rows-surface.ts';
import { createStatusHandler } from './status.ts';
import { createRowsHandler } from './store-rows.ts';
import { validateRoute } from './validate.ts';

export function importApi(options: ImportApiOptions): Surface {
  return rowsSurface({
    name: 'import',
    prefix: importApiPrefix,
    addRoutes(app) {
      for (const route of [pushRoute, validateRoute, batchRoute]) {
        app.post(route.path.slice(importApiPrefix.length), { onRequest: createGate(route, options) }, createRowsHandler(route, options));
      }
      app.get(importRoutes.status.path.slice(importApiPrefix.length), createStatusHandler(options));
    },
    answerUnrouted,
  });
}

/** 405 on our paths, 404 elsewhere below the prefix (import-api.md A19). */
function answerUnrouted(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = (request.raw.url ?? '').replace(/\?.*$/, '').replace(/\/$/, '');
  const route = Object.values(importRoutes).find((candidate) => candidate.path === path);
  if (route === undefined) return sendError(reply, notFound);
  return sendError(reply.header('allow', route.methods.join(', ')), methodNotAllowed);
}
