import type { Integration } from '../../../contract/account-api/sources.ts';

const words = { active: 'Active', paused: 'Paused', held: 'On hold' } as const;

/** `Active`, `Paused`, or that Thimble itself stopped it. */
export function statusText({ status }: Pick<Integration, 'status'>): string {
  return words[status];
}
