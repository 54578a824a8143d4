import type { Kysely, Transaction } from 'kysely';
import { parseToken } from '../../access/format.ts';
import { findPartner, findPartnerSecret, insertPartnerSecret, type PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import type { DomainContext } from '../context.ts';
import { isActivePartner } from './active.ts';

/** Gives a partner a secret; it is shown in exactly one reply. */
export async function addPartnerSecret(ctx: DomainContext, tx: Transaction<Tables>, partnerId: number): Promise<string> {
  const { token, keyId, digest, pepperId, last4 } = ctx.mint.mint('partner');
  const row = { key_id: keyId, partner_id: partnerId, digest, pepper_id: pepperId, last4, created_at: ctx.now(), expires_at: null };
  await insertPartnerSecret(tx, row);
  return token;
}

/**
 * The partner a secret belongs to; undefined when there is none, the secret ended, or the partner may do nothing.
 * Ask again in the transaction of what it allows.
 */
export async function findPartnerBySecret(
  db: Kysely<Tables>,
  { mint, now }: Pick<DomainContext, 'mint' | 'now'>,
  secret: string,
): Promise<PartnerRow | undefined> {
  const parts = parseToken(secret);
  if (parts === undefined) return undefined;
  const stored = await findPartnerSecret(db, parts.keyId);
  if (!mint.matches('partner', parts, stored) || stored === undefined) return undefined;
  if (stored.expires_at !== null && stored.expires_at <= now()) return undefined;
  const partner = await findPartner(db, stored.partner_id);
  return partner !== undefined && isActivePartner(partner) ? partner : undefined;
}
