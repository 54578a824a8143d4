import type { Sealer } from '../../access/seal.ts';
import type { HookRow } from '../../store/queries/hook.ts';
import { hookPlace } from './place.ts';

/** A hook with its URL. */
export interface HookView {
  readonly row: HookRow;
  readonly url: string;
}

/** Opens the URL of a hook. */
export function viewHook(sealer: Sealer, row: HookRow): HookView {
  return { row, url: sealer.open(hookPlace(row.id), row.sealed_url) };
}
