import type { Kysely } from 'kysely';
import { findAccount } from '../../store/queries/account.ts';
import { findCredential, type CredentialRow } from '../../store/queries/credential.ts';
import { findPartner } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import { planFeatures } from '../account/plans.ts';
import { isActivePartner } from '../partner/active.ts';
import { isExpired } from './expiry.ts';

/** The key of this account if it may act at this moment: by its own state, its plan, its partner. */
export async function findLiveKey(
  db: Kysely<Tables>,
  key: { accountId: number; credentialId: number },
  now: number,
): Promise<CredentialRow | undefined> {
  const row = await findCredential(db, key.credentialId);
  if (row === undefined || row.account_id !== key.accountId || row.state !== 'enabled' || isExpired(row, now)) return undefined;
  if (row.kind === 'api_key') {
    const account = await findAccount(db, row.account_id);
    return account !== undefined && planFeatures[account.plan].apiAccess ? row : undefined;
  }
  const partner = row.kind === 'partner_key' && row.partner_id !== null ? await findPartner(db, row.partner_id) : undefined;
  return partner !== undefined && isActivePartner(partner) ? row : undefined;
}
