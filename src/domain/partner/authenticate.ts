import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { digestLength, digestToken } from '../../access/digest.ts';
import { newTokenParts, parseToken } from '../../access/format.ts';
import type { Peppers } from '../../access/peppers.ts';
import { findPartner, type PartnerRow } from '../../store/queries/partner.ts';
import { findPartnerSecret } from '../../store/queries/partner-secret.ts';
import type { Tables } from '../../store/tables.ts';
import { isActivePartner } from './active.ts';

const noDigest = new Uint8Array(digestLength);

/**
 * The active partner a secret belongs to, which must be the named one where a client id is sent too. What is malformed, unknown or expired
 * costs the same digest as what is right (access.md, verify).
 */
export async function authenticatePartner(
  db: Kysely<Tables>,
  peppers: Peppers,
  { clientId, secret }: { clientId?: string | undefined; secret: string },
  now: number,
): Promise<PartnerRow | undefined> {
  const parsed = parseToken(secret);
  const kept = parsed === undefined ? undefined : await findPartnerSecret(db, parsed.keyId);
  const digest = digestToken(peppers.get(kept?.pepper_id ?? peppers.currentId), 'partner', parsed ?? newTokenParts());
  const matches = timingSafeEqual(digest, kept?.digest ?? noDigest);
  if (kept === undefined || !matches || (kept.expires_at !== null && kept.expires_at <= now)) return undefined;
  const partner = await findPartner(db, kept.partner_id);
  if (partner === undefined || !isActivePartner(partner)) return undefined;
  return clientId === undefined || clientId === partner.client_id ? partner : undefined;
}
