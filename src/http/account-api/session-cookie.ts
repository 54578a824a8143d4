import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionCookie } from './options.ts';

/** The `__Host-` prefix keeps other hosts of the domain and plain HTTP from setting it (RFC 6265bis §4.1.3.2); browsers demand HTTPS for it. */
const secureNames = { own: '__Host-thimble_session', delegated: '__Host-thimble_delegated' } as const;
const plainNames = { own: 'thimble_session', delegated: 'thimble_delegated' } as const;

/** `delegated`: begun with an ephemeral token. Kept beside the own session, so that another site's token never ends or replaces that. */
export type CookieKind = keyof typeof secureNames;

/** `delegated`, or `delegated/12` for the one session a window began; only our own pages can send the header. */
const delegatedForm = /^delegated(?:\/(\d{1,15}))?$/;

/** Which session a request means. */
export function cookieKind(request: FastifyRequest): CookieKind {
  return matchHeader(request) === null ? 'own' : 'delegated';
}

/**
 * The id of the session a request means, where it says so: another site's token replaces the cookie, and what is typed in the window of
 * one account must never land in another.
 */
export function findMeantSession(request: FastifyRequest): number | undefined {
  const id = matchHeader(request)?.[1];
  return id === undefined ? undefined : Number(id);
}

function matchHeader({ headers }: FastifyRequest): RegExpExecArray | null {
  return delegatedForm.exec(String(headers['x-thimble-session'] ?? ''));
}

/** Whether the browser speaks HTTPS, to us or to the proxy before us. */
function isSecure(request: FastifyRequest, publicUrl: URL | undefined): boolean {
  // A trusted proxy may write it in capitals (RFC 3986 §3.1).
  return request.protocol.toLowerCase() === 'https' || publicUrl?.protocol === 'https:';
}

/** The secret the browser sent. */
export function readSessionCookie(request: FastifyRequest, publicUrl: URL | undefined): string | undefined {
  return request.cookies[(isSecure(request, publicUrl) ? secureNames : plainNames)[cookieKind(request)]];
}

/** The session cookie of a reply. */
export function createSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { publicUrl, kind }: { publicUrl: URL | undefined; kind: CookieKind },
): SessionCookie {
  const secure = isSecure(request, publicUrl);
  const name = (secure ? secureNames : plainNames)[kind];
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    sent: request.cookies[name],
    set: (secret, expiresAt) => void reply.setCookie(name, secret, { ...attributes, expires: new Date(expiresAt) }),
    clear: () => void reply.clearCookie(name, attributes),
  };
}
