/** Keeps other sites from acting with the cookie of somebody who is signed in here. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import { isLoopbackHost } from '../transport-rules.ts';

/**
 * Throws `foreign_origin` unless a changing request comes from our own pages: by its Origin, or where a browser sends none by
 * Sec-Fetch-Site; and as JSON, which no form can send. The Host header was checked by the transport rules.
 */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: URL | undefined): void {
  if (request.method === 'GET') return;
  const { origin, host = '' } = request.headers;
  const isOwn =
    origin === undefined ? request.headers['sec-fetch-site'] === 'same-origin' : ownOrigins(request, host, publicUrl).has(origin);
  if (!isOwn) throw new AppError('foreign_origin', 'The request comes from another site.');
  if (hasBody(request) && !/^application\/json[ \t]*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new AppError('foreign_origin', 'The body must be application/json.');
  }
}

function ownOrigins(request: FastifyRequest, host: string, publicUrl: URL | undefined): Set<string> {
  const origins = new Set<string>();
  if (publicUrl !== undefined) origins.add(publicUrl.origin);
  // The public URL may be HTTPS: then its host in clear text is not ours.
  if (publicUrl === undefined || isLoopbackHost(host)) {
    const address = `${request.protocol}://${host}`;
    if (URL.canParse(address)) origins.add(new URL(address).origin);
  }
  return origins;
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
