import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import { keyActor } from '../../domain/context.ts';
import { bearerToken, findQueryCredential } from '../authenticate.ts';
import type { ConnectApiOptions, ConnectSession } from './options.ts';

const keys = ['api_key', 'partner_key'] as const;

/** Who calls. Throws `unauthorized`: every refusal looks the same here, the reason is kept with the credential (access.md, verify). */
export function authenticateKey(request: FastifyRequest, { parts, verifier, log }: ConnectApiOptions): ConnectSession {
  const usage = {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    endpoint: `${request.method} ${request.routeOptions.url ?? 'unknown path'}`,
  };
  const leaked = findQueryCredential(request.raw.url ?? '');
  if (leaked !== undefined) {
    verifier.recordMisuse(leaked, 'query_string');
    log.warn({ requestId: request.id, ...usage }, 'A credential was sent in a query string and refused.');
    throw new AppError('unauthorized', 'A credential must not be in the URL; send it in the Authorization header.');
  }
  const verdict = verifier.verify(bearerToken(request.headers.authorization, { rawAccepted: true }), keys, usage);
  if (!verdict.ok) throw new AppError('unauthorized', 'A valid API access key is required.');
  const { accountId, credentialId, memberId, partnerId } = verdict.principal;
  if (memberId === undefined) throw new Error(`Key ${credentialId} acts as no member.`);
  const actor = keyActor({ accountId, credentialId, memberId, partnerId });
  return { accountId, ctx: { ...parts, actor, requestId: request.id, address: request.ip } };
}
