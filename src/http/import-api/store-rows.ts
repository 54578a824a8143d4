import type { FastifyReply, FastifyRequest } from 'fastify';
import { internalError } from '../../../contract/import-api.ts';
import type { Principal } from '../../access/principal.ts';
import { readBody, type Body } from '../body.ts';
import { findFailureAnswer } from './failures.ts';
import type { RowsOptions } from './options.ts';
import { jsonType, sendError } from './reply.ts';
import type { RowsRoute } from './rows-route.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Handler of a request the gate let through: reads the body, hands it to intake, and answers 2xx only after intake's commit. */
export function createRowsHandler(route: RowsRoute, options: RowsOptions): Handler {
  const { verifier, intake, budget, maxBodyBytes, log, pace } = options;
  const { endpoint } = route;
  const limits = { maxBytes: maxBodyBytes, budget, ...(pace === undefined ? {} : { pace }) };
  const successBody = JSON.stringify(route.success.body);

  async function store(request: FastifyRequest, reply: FastifyReply, principal: Principal & { sourceId: number }): Promise<FastifyReply> {
    let body: Body | undefined;
    try {
      body = await readBody(request, limits);
      // Read now: intake may transfer the bytes away.
      const { byteLength } = body.bytes;
      const result = await intake.accept(
        {
          accountId: principal.accountId,
          sourceId: principal.sourceId,
          endpoint,
          format: request.importGrant?.format ?? 'json',
          keyName: request.importGrant?.keyName,
          body: body.bytes,
          receivedAt: Date.now(),
        },
        () => verifier.admit(principal),
      );
      if ('refused' in result) return sendError(reply, route.refusal);
      if (!result.ok) return sendError(reply, result);
      if (endpoint !== 'validate') {
        options.countAccepted?.(result.records, byteLength);
        options.noteReceived?.(principal.sourceId);
      }
      return reply.code(route.success.status).header('content-type', jsonType).send(successBody);
    } finally {
      body?.release();
    }
  }

  return async (request, reply) => {
    // The route's gate always sets it, or answers itself.
    if (request.importGrant === undefined) return sendError(reply, route.refusal);
    try {
      return await store(request, reply, request.importGrant.principal);
    } catch (error) {
      const answer = findFailureAnswer(error, endpoint);
      if (answer === 'gone') return reply.hijack();
      if (answer !== undefined) return sendError(reply, answer);
      log.error(
        { err: error, requestId: request.id, path: route.path, sourceId: request.importGrant.principal.sourceId },
        'An import request failed.',
      );
      return sendError(reply, internalError(request.id));
    }
  };
}
