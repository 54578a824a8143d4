import type { FastifyRequest } from 'fastify';
import type { AccountRoute } from '../../../contract/account-api/route.ts';
import { AppError } from '../../../contract/errors.ts';
import { freshUntil } from '../../domain/session/lifetime.ts';
import { resumeSession } from '../../domain/session/resume.ts';
import { maskCredentials } from '../../telemetry/log.ts';
import { findBearerToken, findQueryCredential } from '../authenticate.ts';
import type { AccountApiOptions, AccountSession, MemberOrKeySession, MemberSession } from './options.ts';
import { requireOwnOrigin } from './own-origin.ts';
import { findMeantSession, readSessionCookie } from './session-cookie.ts';

/** Who calls a route, and that they may. Throws `unauthorized`, `access_denied`, `foreign_origin`, `reauthentication_required`. */
export async function authenticate(request: FastifyRequest, route: AccountRoute, options: AccountApiOptions): Promise<AccountSession> {
  refuseQueryCredential(request, options);
  const cookie = readSessionCookie(request, options.publicUrl);
  const key = findBearerToken(request.raw, { rawAccepted: false });
  if (cookie !== undefined && key !== undefined) throw new AppError('unauthorized', 'Send a session or an API access key, not both.');
  if (route.access === 'session_or_key' && key !== undefined) return authenticateKey(request, key, options);
  requireOwnOrigin(request, options.publicUrl);
  if (route.access === 'public') return { ctx: context(request, options, { kind: 'visitor' }) };
  const session = await authenticateMember(request, cookie, options);
  if (session.session.credential_id !== null && route.delegated !== true) {
    throw new AppError('access_denied', 'A session begun with an ephemeral token may not do this.');
  }
  if (route.access === 'administrator' && session.member.role !== 'administrator') {
    throw new AppError('access_denied', 'Only an Administrator may do this.');
  }
  if (route.fresh === true && options.parts.now() >= freshUntil(session.session)) {
    throw new AppError('reauthentication_required', 'Give your password again.');
  }
  return session;
}

async function authenticateMember(request: FastifyRequest, cookie: string | undefined, options: AccountApiOptions): Promise<MemberSession> {
  const client = { address: request.ip, agent: userAgent(request) };
  const resumed = cookie === undefined ? undefined : await resumeSession(options.parts, cookie, client);
  const meant = findMeantSession(request);
  if (resumed === undefined || (meant !== undefined && meant !== resumed.session.id)) throw new AppError('unauthorized', 'Sign in first.');
  const { session, member, actor } = resumed;
  return { ctx: context(request, options, actor), accountId: member.account_id, memberId: member.id, session, member };
}

function authenticateKey(request: FastifyRequest, key: string, options: AccountApiOptions): MemberOrKeySession {
  const verdict = options.verifier.verify(key, ['api_key'], usageOf(request));
  if (!verdict.ok) throw new AppError('unauthorized', 'A valid API access key is required.');
  const { accountId, credentialId, memberId } = verdict.principal;
  if (memberId === undefined) throw new Error(`API key ${credentialId} acts as no member.`);
  const ctx = context(request, options, { kind: 'api_key', credentialId, accountId, memberId });
  return { ctx, accountId, memberId, session: undefined };
}

function refuseQueryCredential(request: FastifyRequest, { verifier, log }: AccountApiOptions): void {
  const leaked = findQueryCredential(request.raw.url ?? '');
  if (leaked === undefined) return;
  verifier.recordMisuse(leaked, 'query_string');
  log.warn({ requestId: request.id, ...usageOf(request) }, 'A credential was sent in a query string and refused.');
  throw new AppError('unauthorized', 'A credential must not be in the URL.');
}

function usageOf(request: FastifyRequest): { address: string; userAgent: string; endpoint: string } {
  const endpoint = `${request.method} ${request.routeOptions.url ?? 'unknown path'}`;
  return { address: request.ip, userAgent: userAgent(request), endpoint };
}

/** The client's own words, cut to what is worth keeping; some clients write their key into them. */
function userAgent(request: FastifyRequest): string {
  return maskCredentials(request.headers['user-agent'] ?? '').slice(0, 300);
}

function context(
  request: FastifyRequest,
  { parts, people }: AccountApiOptions,
  actor: AccountSession['ctx']['actor'],
): AccountSession['ctx'] {
  return { ...parts, people, actor, requestId: request.id, address: request.ip, agent: userAgent(request) };
}
