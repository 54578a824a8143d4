import { findSourceOfAnyAccount } from '../../store/queries/source.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { unknownSource } from '../source/find.ts';

/** Writes into the audit log that rejects of a source are about to be sent again. Operator only. Throws `invalid_id`. */
export async function noteReplay(
  ctx: DomainContext,
  sourceId: number,
  request: { readonly table: string | undefined; readonly uncertain: boolean },
): Promise<void> {
  requireOperator(ctx.actor);
  const subject = `source:${sourceId}`;
  await change(ctx, subject, async (tx) => {
    const source = await findSourceOfAnyAccount(tx, sourceId);
    if (source === undefined) throw unknownSource(sourceId);
    await recordAudit(ctx, tx, { accountId: source.account_id, verb: 'rejects.replay', subject, after: request });
  });
}
