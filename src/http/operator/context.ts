import type { FastifyRequest } from 'fastify';
import type { DomainContext, DomainParts } from '../../domain/context.ts';

export interface IdParams {
  Params: { id: string };
}

/** Who can open the socket is the operator. */
export function operatorContext(parts: DomainParts, request: FastifyRequest): DomainContext {
  return { ...parts, actor: { kind: 'operator' }, requestId: request.id, address: 'operator.sock' };
}
