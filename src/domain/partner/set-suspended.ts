import { updatePartner } from '../../store/queries/partner.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { settleHolds } from '../destination/settle-holds.ts';
import { stopPartner } from './stop.ts';
import { getPartner, partnerSubject, type PartnerRow } from './find.ts';

/**
 * Stops a partner on every account: when this returns nothing takes effect with any of its keys. Its keys stay as they are.
 * Throws `access_denied`, `invalid_id`, `not_confirmed`.
 */
export function suspendPartner(ctx: DomainContext, clientId: string): Promise<PartnerRow> {
  requireOperator(ctx.actor);
  return change(ctx, `partner:${clientId}`, async (tx, effects) => {
    const row = await getPartner(tx, clientId);
    const suspended = await updatePartner(tx, row.id, { suspended_at: row.suspended_at ?? ctx.now() });
    await stopPartner(ctx, tx, effects, row.id);
    if (row.suspended_at !== null) return row;
    await recordAudit(ctx, tx, { accountId: undefined, verb: 'partner.suspend', subject: partnerSubject(row.id) });
    return suspended;
  });
}

/** Lets the keys of a partner that are enabled work again; codes and ephemeral tokens stay dead. Throws `access_denied`, `invalid_id`. */
export function resumePartner(ctx: DomainContext, clientId: string): Promise<PartnerRow> {
  requireOperator(ctx.actor);
  return change(ctx, `partner:${clientId}`, async (tx, effects) => {
    const row = await getPartner(tx, clientId);
    if (row.suspended_at === null) return row;
    effects.registry.push({ kind: 'partner', partnerId: row.id, active: true });
    await recordAudit(ctx, tx, { accountId: undefined, verb: 'partner.resume', subject: partnerSubject(row.id) });
    const resumed = await updatePartner(tx, row.id, { suspended_at: null });
    await settleHolds(ctx, tx, effects, { partnerId: row.id });
    return resumed;
  });
}
