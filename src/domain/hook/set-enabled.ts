import { updateHook } from '../../store/queries/hook.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { disableHook } from './disable.ts';
import { getHook } from './find.ts';
import { hookSubject } from './place.ts';
import { requireHooks } from './require-hooks.ts';
import { viewHook, type HookView } from './view.ts';

/** Enables or disables a hook; loads in between are not told of later. Throws `access_denied`, `invalid_id`. */
export function setHookEnabled(ctx: DomainContext, accountId: number, id: number, enabled: boolean): Promise<HookView> {
  requireAccount(ctx.actor, accountId);
  return change(ctx, hookSubject(id), async (tx) => {
    await requireHooks(tx, accountId);
    const row = await getHook(tx, accountId, id);
    if (enabled === (row.disabled_at === null)) {
      return viewHook(ctx.sealer, await updateHook(tx, id, { modified_at: ctx.now() }));
    }
    if (!enabled) return viewHook(ctx.sealer, await disableHook(ctx, tx, row, 'member'));
    const changed = await updateHook(tx, id, { disabled_at: null, modified_at: ctx.now() });
    await recordAudit(ctx, tx, { accountId, verb: 'hook.enable', subject: hookSubject(id) });
    return viewHook(ctx.sealer, changed);
  });
}
