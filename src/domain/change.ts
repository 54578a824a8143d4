import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { assertActorAlive } from './actor.ts';
import type { Effects } from './changes.ts';
import { actorName, type DomainContext } from './context.ts';

/** One transaction of one verb: the acting credential is read again in it, its effects come into force with it. */
export function change<T>(
  ctx: DomainContext,
  subject: string,
  work: (tx: Transaction<Tables>, effects: Effects) => Promise<T>,
): Promise<T> {
  return ctx.changes.commit(subject, async (tx, effects) => {
    await assertActorAlive(tx, ctx.actor, ctx.now());
    return work(tx, effects);
  });
}

/** Writes the audit row of a change in its transaction; `before` and `after` must hold no secrets. */
export function recordAudit(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  entry: { accountId: number | undefined; verb: string; subject: string; before?: unknown; after?: unknown },
): Promise<void> {
  return ctx.audit.append(tx, { ...entry, actor: actorName(ctx.actor), address: ctx.address, requestId: ctx.requestId, at: ctx.now() });
}
