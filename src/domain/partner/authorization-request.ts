import type { Kysely } from 'kysely';
import type { AuthorizationRequest } from '../../../contract/account-api/authorization.ts';
import { AppError } from '../../../contract/errors.ts';
import { findPartnerByClientId, type PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import { isActivePartner } from './active.ts';
import { redirectUrisOf } from './find.ts';

export interface ReadAuthorizationRequest {
  readonly partner: PartnerRow;
  /** Where the browser goes, whatever comes of it: registered for the partner. */
  readonly redirectUri: string;
  /** A fault of which the partner is told (RFC 6749 §4.1.2.1). */
  readonly fault: { readonly error: string; readonly error_description: string } | undefined;
}

/**
 * Reads what a partner's link asks. Throws `invalid_authorization_request` where nobody vouches for the address to return to: then the
 * browser must not be sent there.
 */
export async function readAuthorizationRequest(db: Kysely<Tables>, request: AuthorizationRequest): Promise<ReadAuthorizationRequest> {
  const partner = await findPartnerByClientId(db, request.client_id);
  if (partner === undefined || !isActivePartner(partner))
    throw new AppError('invalid_authorization_request', 'No application with this client id is registered here.');
  const registered = redirectUrisOf(partner);
  // To the letter (RFC 9700 §2.1): an address that only resembles a registered one may belong to somebody else.
  const redirectUri = request.redirect_uri === undefined ? registered[0] : registered.find((uri) => uri === request.redirect_uri);
  if (redirectUri === undefined)
    throw new AppError('invalid_authorization_request', `The address to return to is not registered for ${partner.name}.`);
  return { partner, redirectUri, fault: findFault(request) };
}

function findFault(request: AuthorizationRequest): ReadAuthorizationRequest['fault'] {
  const { response_type: type = 'code', code_challenge: challenge, code_challenge_method: method } = request;
  if (type !== 'code') return { error: 'unsupported_response_type', error_description: 'Only response_type=code is supported.' };
  const invalid = (description: string) => ({ error: 'invalid_request', error_description: description });
  if (challenge === undefined) return method === undefined ? undefined : invalid('code_challenge is missing.');
  // Left out it means "plain" (RFC 7636 §4.3), which shows the verifier to whoever sees the address.
  if (method !== 'S256') return invalid('code_challenge_method must be S256.');
  return /^[\w.~-]{43,128}$/.test(challenge) ? undefined : invalid('code_challenge must be 43 to 128 unreserved characters.');
}

/** The registered address with the reply added; what it has of a query stays (RFC 6749 §3.1.2). */
export function addReply(
  redirectUri: string,
  reply: Readonly<Record<string, string>>,
  { state, issuer }: { state: string | undefined; issuer: string },
): string {
  const parameters = new URLSearchParams({ ...reply, ...(state === undefined ? {} : { state }), iss: issuer });
  const joint = !redirectUri.includes('?') ? '?' : /[?&]$/.test(redirectUri) ? '' : '&';
  return `${redirectUri}${joint}${parameters.toString()}`;
}
