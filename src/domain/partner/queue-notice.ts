import type { Transaction } from 'kysely';
import { wireTime } from '../../lib/wire-time.ts';
import { findPartner } from '../../store/queries/partner.ts';
import { insertPartnerNotice } from '../../store/queries/partner-notice.ts';
import type { Tables } from '../../store/tables.ts';
import type { DomainContext } from '../context.ts';
import type { CredentialRow } from '../credential/find.ts';
import { isActivePartner } from './active.ts';

/** Notes that a partner is to be told what became of its key, where it wants to hear of it. */
export async function queueNotice(ctx: DomainContext, tx: Transaction<Tables>, key: CredentialRow): Promise<void> {
  const partner = key.partner_id === null ? undefined : await findPartner(tx, key.partner_id);
  if (partner === undefined || partner.sealed_notice_url === null || !isActivePartner(partner)) return;
  const now = ctx.now();
  const body = {
    event: key.state === 'enabled' ? 'enabled' : 'revoked',
    partner_id: partner.client_id,
    stitch_account_id: key.account_id,
    state: key.state,
    at: wireTime(now),
  };
  await insertPartnerNotice(tx, {
    partner_id: partner.id,
    account_id: key.account_id,
    body: JSON.stringify(body),
    created_at: now,
    next_attempt_at: now,
  });
}
