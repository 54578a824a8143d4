/** Finds the credential a request carries; whether it is valid is for the verifier to say. */
import type { IncomingMessage } from 'node:http';
import { parseToken } from '../access/format.ts';

/** Token of the one `Authorization` header of a request. Of two headers none counts: a proxy may have checked the other one. */
export function findBearerToken({ headersDistinct }: IncomingMessage, options: { rawAccepted: boolean }): string | undefined {
  const [authorization, ...others] = headersDistinct['authorization'] ?? [];
  return others.length === 0 ? bearerToken(authorization, options) : undefined;
}

/**
 * Token of an `Authorization` header (RFC 6750 §2.1): scheme case-insensitive, a colon after it tolerated (import-api.md A13).
 * With `rawAccepted` a header without scheme is the token itself (connect-api.md §1.2).
 */
export function bearerToken(authorization: string | undefined, options: { rawAccepted: boolean }): string | undefined {
  if (authorization === undefined) return undefined;
  const match = /^bearer(?::[ \t]*|[ \t]+)([^\s]+)[ \t]*$/i.exec(authorization);
  if (match !== null) return match[1];
  const text = authorization.trim();
  return options.rawAccepted && text !== '' && !/[\s:]/.test(text) ? text : undefined;
}

const credentialParameters = new Set(['token', 'access_token', 'api_key', 'apikey', 'authorization', 'bearer']);

/** Where a token may stand in a longer text such as `Bearer at_…`; its check decides. */
const tokenForm = /\w{3}[0-9A-Za-z]{50}/g;

/**
 * A credential in the query string or fragment of a request target, which is always refused: it would end up in logs and histories.
 * Found by the form of our tokens, wherever they stand, or by the parameter's name; then it may be empty.
 */
export function findQueryCredential(target: string): string | undefined {
  const start = target.search(/[?#]/);
  if (start === -1) return undefined;
  for (const [name, value] of new URLSearchParams(target.slice(start + 1))) {
    const token = findToken(value) ?? findToken(name);
    if (token !== undefined) return token;
    if (credentialParameters.has(name.toLowerCase())) return value;
  }
  return undefined;
}

function findToken(text: string): string | undefined {
  return text.match(tokenForm)?.find((candidate) => parseToken(candidate) !== undefined);
}
