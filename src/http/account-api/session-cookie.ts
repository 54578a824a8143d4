import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionCookie } from './options.ts';

/** The `__Host-` prefix keeps other hosts of the domain and plain HTTP from setting it (RFC 6265bis §4.1.3.2); browsers demand HTTPS for it. */
const secureName = '__Host-thimble_session';
const plainName = 'thimble_session';

/** Whether the browser speaks HTTPS, to us or to the proxy before us. */
function isSecure(request: FastifyRequest, publicUrl: URL | undefined): boolean {
  // A trusted proxy may write it in capitals (RFC 3986 §3.1).
  return request.protocol.toLowerCase() === 'https' || publicUrl?.protocol === 'https:';
}

/** The secret the browser sent. */
export function readSessionCookie(request: FastifyRequest, publicUrl: URL | undefined): string | undefined {
  return request.cookies[isSecure(request, publicUrl) ? secureName : plainName];
}

/** The session cookie of a reply. */
export function createSessionCookie(request: FastifyRequest, reply: FastifyReply, publicUrl: URL | undefined): SessionCookie {
  const secure = isSecure(request, publicUrl);
  const name = secure ? secureName : plainName;
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    sent: request.cookies[name],
    set: (secret, expiresAt) => void reply.setCookie(name, secret, { ...attributes, expires: new Date(expiresAt) }),
    clear: () => void reply.clearCookie(name, attributes),
  };
}
