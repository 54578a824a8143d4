import type { Transaction } from 'kysely';
import { digestRecoveryCode } from '../../access/recovery-codes.ts';
import { findTotpStep } from '../../access/totp.ts';
import { updateMember, type MemberRow } from '../../store/queries/member.ts';
import { takeRecoveryCode } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';
import type { DomainContext } from '../context.ts';
import { totpPlace } from '../member/totp-place.ts';

/** Whether the member's second factor is on. */
export function usesTwoFactor(member: MemberRow): boolean {
  return member.totp_enabled_at !== null;
}

/** Takes a code of the authenticator, or a recovery code, once; false when it is neither. */
export async function takeSecondFactor(ctx: DomainContext, tx: Transaction<Tables>, member: MemberRow, code: string): Promise<boolean> {
  if (member.totp_secret === null) return false;
  const now = ctx.now();
  const secret = ctx.sealer.open(totpPlace(member.id), member.totp_secret);
  const step = findTotpStep(secret, code, now, member.totp_last_step);
  if (step !== undefined) {
    await updateMember(tx, member.id, { totp_last_step: step });
    return true;
  }
  return takeRecoveryCode(tx, member.id, digestRecoveryCode(code), now);
}
