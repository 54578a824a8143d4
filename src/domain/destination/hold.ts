import type { Kysely } from 'kysely';
import type { DestinationRow } from '../../store/queries/destination.ts';
import { findNewestPartnerKey, findPartner } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';

type HoldReason = 'key_disabled' | 'key_deleted' | 'key_expired' | 'partner_suspended' | 'partner_removed';

/** Why nothing is loaded into a destination that a partner created (access.md, partner-created destinations). */
export interface Hold {
  readonly reason: HoldReason;
  /** The partner's name. */
  readonly partner: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A hold that is there, or that is to come. */
interface Holding {
  readonly hold: Hold;
  /** Milliseconds since the epoch; 0 when it has begun, whatever the clock says. */
  readonly from: number;
}

type Bound = Pick<DestinationRow, 'account_id' | 'partner_id' | 'created_at'>;

/** The hold of a destination as the store has it now; undefined while its partner may act without end, or where no partner created it. */
export async function findHolding(db: Kysely<Tables>, { account_id, partner_id, created_at }: Bound): Promise<Holding | undefined> {
  if (partner_id === null) return undefined;
  const partner = await findPartner(db, partner_id);
  const key = await findNewestPartnerKey(db, account_id, partner_id);
  const begun = (reason: HoldReason, since: number): Holding => ({ hold: { reason, partner: partner?.name ?? '', since }, from: 0 });
  if (partner === undefined) return begun('partner_removed', created_at);
  if (partner.removed_at !== null) return begun('partner_removed', partner.removed_at);
  if (partner.suspended_at !== null) return begun('partner_suspended', partner.suspended_at);
  if (key === undefined) return begun('key_deleted', created_at);
  if (key.state !== 'enabled') return begun(key.state === 'disabled' ? 'key_disabled' : 'key_deleted', key.state_changed_at);
  if (key.expires_at === null) return undefined;
  return { hold: { reason: 'key_expired', partner: partner.name, since: key.expires_at }, from: key.expires_at };
}

/** The hold of a destination at a time. */
export async function findHold(db: Kysely<Tables>, row: Bound, now: number): Promise<Hold | undefined> {
  const holding = await findHolding(db, row);
  return holding !== undefined && holding.from <= now ? holding.hold : undefined;
}

/** Why it is held, as a sentence. */
export function describeHold({ reason, partner }: Hold): string {
  switch (reason) {
    case 'key_disabled':
      return `The partner key of ${partner}, which created this destination, is disabled.`;
    case 'key_deleted':
      return `The partner key of ${partner}, which created this destination, was deleted.`;
    case 'key_expired':
      return `The partner key of ${partner}, which created this destination, has expired.`;
    case 'partner_suspended':
      return `The operator of this server suspended ${partner}, which created this destination.`;
    case 'partner_removed':
      return `The operator of this server removed the partner that created this destination${partner === '' ? '' : `, ${partner}`}.`;
  }
}

/** What an open alert about a held destination is about. */
export function holdSubject(destinationId: number): string {
  return `hold:${destinationId}`;
}
