import { findUniqueViolation } from '../../store/unique-violation.ts';

export const apiKeysPerAccount = 10;
export const tokensPerSource = 2;
export const customEmailsPerAccount = 10;
export const hooksPerAccount = 10;

/** The lowest slot in 1…limit that none of the rows holds, undefined when all are taken. */
export function findFreeSlot(rows: readonly { readonly slot: number | null }[], limit: number): number | undefined {
  const taken = new Set(rows.map((row) => row.slot));
  for (let slot = 1; slot <= limit; slot += 1) if (!taken.has(slot)) return slot;
  return undefined;
}

/**
 * Runs a verb that takes a slot. The unique index decides; where transactions run side by side a loser tries again
 * and finds the next slot, or none, or that the same request was answered.
 */
export async function takingSlot<T>(limit: number, verb: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await verb();
    } catch (error) {
      const taken = findUniqueViolation(error);
      const isRace = taken?.some((column) => column.endsWith('.slot') || column === 'answered_request.idempotency_key') === true;
      if (attempt > limit || !isRace) throw error;
    }
  }
}
