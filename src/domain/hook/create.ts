import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findDestination, listLiveDestinations } from '../../store/queries/destination.ts';
import { insertHook, listHookRows, type HookRow } from '../../store/queries/hook.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import { actingCredential, requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { findFreeSlot, hooksPerAccount, takingSlot } from '../credential/slots.ts';
import { hookPlace, hookSubject } from './place.ts';
import { requireHooks } from './require-hooks.ts';
import { parseHookUrl, requirePermittedHost } from './url.ts';
import type { HookView } from './view.ts';

export interface CreateHookInput {
  /** The account's only one by default (connect-api.md A19). */
  readonly destinationId: number | undefined;
  readonly url: string;
}

/**
 * Makes a hook for the loads into one destination. `egress` is the gate its host must pass.
 * Throws `invalid_body`, `access_denied`, `hook_limit_exceeded`.
 */
export async function createHook(
  ctx: DomainContext,
  accountId: number,
  input: CreateHookInput,
  egress: (host: string) => Promise<string>,
): Promise<HookView> {
  requireAccount(ctx.actor, accountId);
  await requireHooks(ctx.store.read, accountId);
  const url = parseHookUrl(input.url);
  await requirePermittedHost(url, egress);
  return takingSlot(hooksPerAccount, () =>
    change(ctx, 'hook:new', async (tx) => {
      await requireHooks(tx, accountId);
      const destinationId = await chooseDestination(tx, accountId, input.destinationId);
      const slot = findFreeSlot(await listHookRows(tx, accountId), hooksPerAccount);
      if (slot === undefined) throw new AppError('hook_limit_exceeded', `You have exceeded the limit of ${hooksPerAccount} hooks.`);
      const id = await nextId(tx, 'notification');
      const now = ctx.now();
      const row: HookRow = {
        id,
        account_id: accountId,
        destination_id: destinationId,
        slot,
        sealed_url: ctx.sealer.seal(hookPlace(id), input.url),
        created_at: now,
        modified_at: now,
        disabled_at: null,
        created_by_credential: actingCredential(ctx.actor),
      };
      await insertHook(tx, row);
      // The rest of the URL may be a secret.
      const after = { destination: destinationId, origin: url.origin };
      await recordAudit(ctx, tx, { accountId, verb: 'hook.create', subject: hookSubject(id), after });
      return { row, url: input.url };
    }),
  );
}

async function chooseDestination(tx: Kysely<Tables>, accountId: number, asked: number | undefined): Promise<number> {
  if (asked === undefined) {
    const [only, ...others] = await listLiveDestinations(tx, accountId);
    if (only !== undefined && others.length === 0) return only.id;
    throw new AppError('invalid_body', 'Invalid POST body: destination_id is required.');
  }
  const row = await findDestination(tx, accountId, asked);
  if (row === undefined || row.deleted_at !== null) {
    throw new AppError('invalid_body', `Invalid POST body: there is no destination ${asked}.`);
  }
  return row.id;
}
