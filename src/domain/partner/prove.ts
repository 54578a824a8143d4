import type { Kysely } from 'kysely';
import { OAuthError } from '../../../contract/oauth.ts';
import type { PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import type { PeopleContext } from '../people.ts';
import { partnerLimits } from '../session/limits.ts';
import { findPartnerBySecret } from './secret.ts';

/** With what a partner's server proves who it is; the secret alone says it (connect-api.md §4.3). */
export interface PartnerProof {
  readonly secret: string;
  /** Where it was sent, it must be the partner's. */
  readonly clientId: string | undefined;
}

/** The partner whose secret this is. Throws `OAuthError`: the same for an unknown, an ended and a suspended one. */
export async function provePartner(ctx: PeopleContext, db: Kysely<Tables>, { secret, clientId }: PartnerProof): Promise<PartnerRow> {
  const partner = await findPartnerBySecret(db, ctx, secret);
  if (partner === undefined || (clientId !== undefined && clientId !== partner.client_id))
    throw new OAuthError('invalid_client', 'The client id or the client secret is not valid.');
  return partner;
}

/** The same before any transaction; failures from one address slow further ones down. Throws `OAuthError`, `TooManyError`. */
export async function admitPartner(ctx: PeopleContext, proof: PartnerProof): Promise<PartnerRow> {
  try {
    return await provePartner(ctx, ctx.store.read, proof);
  } catch (error) {
    // Counted afterwards: neighbours at an address, and calls side by side, must not keep out who has the right secret.
    if (error instanceof OAuthError) ctx.people.attempts.take(partnerLimits(ctx));
    throw error;
  }
}
