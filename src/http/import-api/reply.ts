import type { FastifyReply } from 'fastify';
import type { ImportError } from '../../../contract/import-api.ts';

/** import-api.md §1.2. */
export const jsonType = 'application/json;charset=UTF-8';

/** Sends compact JSON with the headers its status asks for. */
export function sendError(reply: FastifyReply, error: ImportError): FastifyReply {
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  // What is missing of the body must not be taken for the next request.
  if (error.status === 408) reply.header('connection', 'close');
  if (error.status === 503 || error.status === 504) reply.header('retry-after', '5');
  return reply.code(error.status).header('content-type', jsonType).send(JSON.stringify(error.body));
}
