import { OAuthError } from '../../../contract/oauth.ts';
import type { PartnerProof } from '../../domain/partner/prove.ts';

/** What a partner's server proves itself with: HTTP Basic or parameters of the form, never both (RFC 6749 §2.3.1). Throws `OAuthError`. */
export function readClientProof(authorization: string | undefined, form: ReadonlyMap<string, string>): PartnerProof {
  const clientId = form.get('client_id');
  const secret = form.get('client_secret');
  if (authorization === undefined) {
    if (secret === undefined) throw new OAuthError('invalid_client', 'Send the client secret.');
    return { secret, clientId };
  }
  if (secret !== undefined) throw new OAuthError('invalid_request', 'Send the client secret in the header or in the form, not in both.');
  const basic = parseBasic(authorization);
  if (basic === undefined) throw new OAuthError('invalid_client', 'The Authorization header is not a valid HTTP Basic one.');
  if (clientId !== undefined && clientId !== basic.clientId)
    throw new OAuthError('invalid_request', 'The client ids in the header and in the form differ.');
  return basic;
}

function parseBasic(authorization: string): { clientId: string; secret: string } | undefined {
  const [, encoded] = /^basic[ ]+([A-Za-z0-9+/]+={0,2})[ ]*$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  const clientId = decode(text.slice(0, colon));
  const secret = decode(text.slice(colon + 1));
  return clientId === undefined || secret === undefined ? undefined : { clientId, secret };
}

/** As a form writes it (RFC 6749 §2.3.1, appendix B). */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
