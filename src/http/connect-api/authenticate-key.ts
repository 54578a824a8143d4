import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import type { Usage } from '../../access/principal.ts';
import { keyActor } from '../../domain/context.ts';
import { bearerToken, findQueryCredential } from '../authenticate.ts';
import type { ConnectApiOptions, ConnectSession } from './options.ts';

const keys = ['api_key', 'partner_key'] as const;

/** Who calls. Throws `unauthorized`: every refusal looks the same here, the reason is kept with the credential (access.md, verify). */
export function authenticateKey(request: FastifyRequest, { parts, verifier, log }: ConnectApiOptions): ConnectSession {
  refuseQueryCredential(request, { verifier, log });
  const verdict = verifier.verify(bearerToken(request.headers.authorization, { rawAccepted: true }), keys, usageOf(request));
  if (!verdict.ok) throw new AppError('unauthorized', 'A valid API access key is required.');
  const { accountId, credentialId, memberId, partnerId } = verdict.principal;
  if (memberId === undefined) throw new Error(`Key ${credentialId} acts as no member.`);
  const actor = keyActor({ accountId, credentialId, memberId, partnerId });
  return { accountId, ctx: { ...parts, actor, requestId: request.id, address: request.ip } };
}

/** Throws `unauthorized` when the URL holds a credential, and records that with it. */
export function refuseQueryCredential(request: FastifyRequest, { verifier, log }: Pick<ConnectApiOptions, 'verifier' | 'log'>): void {
  const leaked = findQueryCredential(request.raw.url ?? '');
  if (leaked === undefined) return;
  verifier.recordMisuse(leaked, 'query_string');
  log.warn({ requestId: request.id, ...usageOf(request) }, 'A credential was sent in a query string and refused.');
  throw new AppError('unauthorized', 'A credential must not be in the URL; send it in the Authorization header.');
}

function usageOf(request: FastifyRequest): Usage {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    endpoint: `${request.method} ${request.routeOptions.url ?? 'unknown path'}`,
  };
}
