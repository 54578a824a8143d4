/** How often partners may try, and how much they may make; waits grow from one second (ADR 23). */
import { addressKey, type AttemptLimit } from '../../access/attempts.ts';

const minuteMs = 60_000;

/** A partner's secret is tried: taken back when it was right. */
export function partnerSecretLimits(address: string | undefined): readonly AttemptLimit[] {
  return [{ key: `partner-secret/from/${addressKey(address ?? 'nowhere')}`, free: 30, maxDelayMs: 15 * minuteMs }];
}

/** A partner makes accounts, and learns of each address whether a member has it. */
export function newAccountLimits(partnerId: number): readonly AttemptLimit[] {
  return [{ key: `partner-account/of/${partnerId}`, free: 100, maxDelayMs: minuteMs }];
}
