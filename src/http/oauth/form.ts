import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OAuthError } from '../../../contract/oauth.ts';

const maxFormBytes = 16_384;

/** Keeps the bytes of every body for `readForm`. */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxFormBytes }, (_request, body, done) => done(null, body));
}

/** The parameters of a form, each there once; an empty one is as if it were not there (RFC 6749 §3.2). Throws `OAuthError`. */
export function readForm(request: FastifyRequest): ReadonlyMap<string, string> {
  const { body, headers } = request;
  if (!/^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(headers['content-type'] ?? ''))
    throw invalid('The body must be application/x-www-form-urlencoded.');
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') throw invalid('The body must not be compressed.');
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '')) {
    // Names are ours to echo only where they are plain.
    if (form.has(name)) throw invalid(`The parameter ${/^\w{1,40}$/.test(name) ? name : ''} is there more than once.`.replace('  ', ' '));
    form.set(name, value);
  }
  for (const [name, value] of form) if (value === '') form.delete(name);
  return form;
}

/** A parameter that must be there. Throws `OAuthError`. */
export function requireParameter(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw invalid(`The parameter ${name} is missing.`);
  return value;
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_request', description);
}
