import type { AttemptLimit } from '../../access/attempts.ts';

const minuteMs = 60_000;

/** A partner makes accounts, and learns of each address whether a member has it. */
export function newAccountLimits(partnerId: number): readonly AttemptLimit[] {
  return [{ key: `partner-account/of/${partnerId}`, free: 100, maxDelayMs: minuteMs }];
}
