import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAccountServer } from '../../tests/support/account-server.ts';
import { sendRaw, type RawResponse } from '../../tests/support/raw-http.ts';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { webApp } from './web-app.ts';

const script = 'assets/index-abc123.js';

/** A server with a built app in a directory, or without one; `folder` is above it. */
async function serve({ built = true } = {}): Promise<{ url: URL; get(path: string, method?: string): Promise<RawResponse> }> {
  // A directory that sounds like one of the app's own.
  const folder = join(temporaryDirectory(), 'assets');
  const directory = join(folder, 'dist');
  if (built) {
    mkdirSync(join(directory, 'assets'), { recursive: true });
    const tags = `<style nonce="__CSP_NONCE__"></style><script type="module" nonce="__CSP_NONCE__" src="/${script}"></script>`;
    writeFileSync(join(directory, 'index.html'), `<!doctype html><title>Thimble</title>${tags}`);
    writeFileSync(join(directory, script), 'export {};');
    writeFileSync(join(directory, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(folder, 'secret.txt'), 'not for you');
    mkdirSync(`${directory}-other`);
    writeFileSync(join(`${directory}-other`, 'secret.txt'), 'not for you');
  }
  const { url } = await createAccountServer({ webApp: webApp({ directory }) });
  // As raw bytes: a client would tidy the path up.
  return { url, get: (path, method = 'GET') => sendRaw(url, [`${method} ${path} HTTP/1.1`, `Host: ${url.host}`, 'Connection: close']) };
}

const pages = [
  '/',
  '/session/new',
  '/session/reset',
  '/session/setup?next=%2Fv2',
  '/v2/client/7/pipelines',
  '/v2/client/7/pipelines/12/settings/',
  '/v2/destinations/3',
  '/guides',
  '/guides/import-api',
  '/docs/api',
  '/docs/api/connect',
];

describe('the app', () => {
  it('answers each of its addresses with the page, kept nowhere and in no frame', async () => {
    const { get } = await serve();
    for (const path of pages) {
      const { status, headers, body } = await get(path);
      expect([path, status, headers.get('content-type')]).toEqual([path, 200, 'text/html; charset=utf-8']);
      expect(body).toContain('<title>Thimble</title>');
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      });
    }
  });

  it('lets a page run nothing but its own, by a nonce that is another in every answer', async () => {
    const { get } = await serve();
    const answers = await Promise.all(Array.from({ length: 20 }, () => get('/')));
    const nonces = answers.map(({ headers, body }) => {
      const policy = headers.get('content-security-policy') ?? '';
      const [, nonce = ''] = /script-src 'self' 'nonce-([\w+/]{24})'(?:;|$)/.exec(policy) ?? [];
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
      for (const rule of ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
        expect(policy.split('; ')).toContain(rule);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(body.split(`nonce="${nonce}"`)).toHaveLength(3);
      expect(body).not.toContain('CSP_NONCE');
      return nonce;
    });
    expect(new Set(nonces).size).toBe(20);
  });

  it('has files with a hash in their name kept for good, and others asked for again', async () => {
    const { get } = await serve();
    const asset = await get(`/${script}`);
    expect([asset.status, asset.body, asset.headers.get('cache-control')]).toEqual([
      200,
      'export {};',
      'public, max-age=31536000, immutable',
    ]);
    expect(asset.headers.get('content-type')).toMatch(/^(?:text|application)\/javascript/);
    const icon = await get('/icon.svg');
    expect([icon.status, icon.headers.get('cache-control'), icon.headers.get('content-type')]).toEqual([200, 'no-cache', 'image/svg+xml']);
    for (const { headers } of [asset, icon]) expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('sends older addresses to those of today, with what they ask', async () => {
    const { get } = await serve();
    const { status, headers } = await get('/client/7/pipelines?filter=a%20b&x=1');
    expect([status, headers.get('location')]).toEqual([302, '/v2/client/7/pipelines?filter=a%20b&x=1']);
    expect((await get('/client//evil.example/x')).headers.get('location')).toBe('/v2/client//evil.example/x');
  });

  it('answers HEAD as GET, without the body', async () => {
    const { get } = await serve();
    for (const path of ['/', '/session/new', `/${script}`, '/icon.svg']) {
      const [head, full] = [await get(path, 'HEAD'), await get(path)];
      expect([path, head.status, head.body]).toEqual([path, 200, '']);
      for (const name of ['content-type', 'cache-control', 'content-length', 'x-content-type-options'])
        expect([name, head.headers.get(name)]).toEqual([name, full.headers.get(name)]);
    }
    expect((await get('/v3/none', 'HEAD')).status).toBe(404);
  });

  it.each(['/nothing', '/index.html', '/assets', '/assets/', '/assets/none.js', '/v2', '/v2/other', '/session', '/.env', '/guidesx'])(
    'has nothing at %s',
    async (path) => {
      const { get } = await serve();
      const { status, headers, body } = await get(path);
      expect([status, body]).toEqual([404, '{"error":"Not Found"}']);
      expect(headers.get('cache-control')).toBeUndefined();
    },
  );

  it('is no form: other methods find nothing', async () => {
    const { get } = await serve();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect([method, (await get('/', method)).status]).toEqual([method, 404]);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets%2f..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/..\\..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/../dist-other/secret.txt',
    '//secret.txt',
    '/assets/%00/../../secret.txt',
    '/session/../../secret.txt',
  ])('gives nothing from outside its directory at %s', async (path) => {
    const { get } = await serve();
    const { status, body } = await get(path);
    expect(body).not.toContain('not for you');
    // A page address with dots in it is the page, which looks for nothing on disk.
    expect([200, 400, 404]).toContain(status);
    if (status === 200) expect(body).toContain('<title>');
  });

  it('says so when it is not built, while everything else works', async () => {
    const { url, get } = await serve({ built: false });
    for (const path of pages) {
      const { status, headers, body } = await get(path);
      expect([path, status, headers.get('content-type')]).toEqual([path, 503, 'text/plain; charset=utf-8']);
      expect(body).toBe('The app is not built. Run "npm run build:web".\n');
    }
    expect((await get(`/${script}`)).status).toBe(404);
    expect((await get('/healthz')).status).toBe(200);
    const entrance = await fetch(new URL('/account/v1/entrance', url), { headers: { origin: url.origin } });
    expect(await entrance.json()).toMatchObject({ sign_up: 'invitation' });
  });
});
