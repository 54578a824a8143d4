/** The app: its page, with a Content-Security-Policy of its own for each answer, and its files. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

/** Every address that is a page of the app; anything else stays a 404 (web/paths.ts writes them). */
const pages = ['/', '/session/*', '/oauth/authorization', '/v2/client/*', '/v2/destinations/*', '/guides', '/guides/*', '/docs/*'];
/** Opened by the page of a partner, which it speaks to: it must keep its opener (connect-api.md §11.1). */
const popUp = '/v2/js-client';
const noncePlace = '__CSP_NONCE__';

/** Serves what `npm run build:web` made from `directory`. Without it every page says so, and everything else works. */
export function webApp({ directory }: { directory: string }): FastifyPluginAsync {
  return async (app) => {
    const file = join(directory, 'index.html');
    const assets = join(directory, 'assets') + sep;
    const page = existsSync(file) ? readFileSync(file, 'utf8') : undefined;

    const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      if (page === undefined)
        return reply.code(503).type('text/plain; charset=utf-8').send('The app is not built. Run "npm run build:web".\n');
      const nonce = randomBytes(18).toString('base64');
      return reply
        .headers(pageHeaders(nonce, request.routeOptions.url === popUp))
        .type('text/html; charset=utf-8')
        .send(page.replaceAll(noncePlace, nonce));
    };
    for (const url of [...pages, popUp]) app.get(url, answer);
    // Older addresses come without the prefix (web-app.md §1.2).
    app.get('/client/*', (request, reply) => reply.redirect(`/v2${request.url}`, 302));

    if (page === undefined) return;
    await app.register(fastifyStatic, {
      root: directory,
      index: false,
      wildcard: false,
      // Names of built files carry a hash of what is in them.
      setHeaders: (reply, path) => {
        reply.header('x-content-type-options', 'nosniff');
        reply.header('cache-control', path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
      globIgnore: ['**/index.html'],
    });
  };
}

/** A page may run and load what comes from here, and nothing else; it is kept nowhere. */
function pageHeaders(nonce: string, keepsOpener: boolean): Record<string, string> {
  const policy = [
    `default-src 'none'`,
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    ...(keepsOpener ? {} : { 'cross-origin-opener-policy': 'same-origin' }),
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  };
}
