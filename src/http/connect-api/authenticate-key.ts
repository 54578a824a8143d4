import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import type { Usage } from '../../access/principal.ts';
import { keyActor, type Actor } from '../../domain/context.ts';
import { findEphemeralKey } from '../../domain/session/ephemeral.ts';
import { findBearerToken, findQueryCredential } from '../authenticate.ts';
import type { ConnectApiOptions, ConnectSession } from './options.ts';

const keys = ['api_key', 'partner_key'] as const;
/** 256 bits in base64url, which no key looks like. */
const ephemeralForm = /^[\w-]{43}$/;

/** Who calls. Throws `unauthorized`: every refusal looks the same here, the reason is kept with the credential (access.md, verify). */
export async function authenticateKey(request: FastifyRequest, options: ConnectApiOptions): Promise<ConnectSession> {
  const { parts, verifier } = options;
  refuseQueryCredential(request, options);
  const token = findBearerToken(request.raw, { rawAccepted: true });
  const session = (actor: Actor & { readonly accountId: number }, isEphemeral: boolean): ConnectSession => ({
    accountId: actor.accountId,
    ctx: { ...parts, actor, requestId: request.id, address: request.ip },
    isEphemeral,
  });
  if (options.acceptsEphemeralTokens === true && token !== undefined && ephemeralForm.test(token)) {
    const key = await findEphemeralKey(parts, token);
    verifier.recordUse(key.credentialId, usageOf(request));
    return session(key, true);
  }
  const verdict = verifier.verify(token, keys, usageOf(request));
  if (!verdict.ok) throw new AppError('unauthorized', 'A valid API access key is required.');
  const { accountId, credentialId, memberId, partnerId } = verdict.principal;
  if (memberId === undefined) throw new Error(`Key ${credentialId} acts as no member.`);
  return session(keyActor({ accountId, credentialId, memberId, partnerId }), false);
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
