import { listHookRows } from '../../store/queries/hook.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { requireHooks } from './require-hooks.ts';
import { viewHook, type HookView } from './view.ts';

/** The hooks of an account, disabled ones included, oldest first. Throws `access_denied`. */
export async function listHooks(ctx: DomainContext, accountId: number): Promise<HookView[]> {
  requireAccount(ctx.actor, accountId);
  await requireHooks(ctx.store.read, accountId);
  return (await listHookRows(ctx.store.read, accountId)).map((row) => viewHook(ctx.sealer, row));
}
