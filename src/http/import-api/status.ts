import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ImportStatus } from '../../../contract/import-api.ts';
import type { ImportApiOptions } from './options.ts';
import { jsonType } from './reply.ts';

/** Handler of `GET /v2/import/status` (import-api.md §8.1): 503 while unhealthy, with the reasons in one sentence. */
export function createStatusHandler(options: ImportApiOptions): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const { health, version, revision } = options;
  return (_request, reply) => {
    const reasons = health();
    const status = reasons === undefined ? 'OK' : 'ERROR';
    const body: ImportStatus = { name: 'pipeline.gate', version, revision, status, reason: reasons?.join(' ') ?? null };
    if (reasons !== undefined) reply.code(503).header('retry-after', '5');
    return reply.header('content-type', jsonType).send(JSON.stringify(body));
  };
}
