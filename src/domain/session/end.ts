import { AppError } from '../../../contract/errors.ts';
import { deleteUnusedCodesOf } from '../../store/queries/authorization-code.ts';
import { deleteSessions, findSession } from '../../store/queries/session.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';

interface Owner {
  readonly accountId: number;
  readonly memberId: number;
}

/** Ends one session of a member; when this returns nothing takes effect with it any more. Throws `invalid_id`. */
export function endSession(ctx: DomainContext, { accountId, memberId }: Owner, id: number): Promise<void> {
  const subject = `session:${id}`;
  return change(ctx, subject, async (tx) => {
    if ((await findSession(tx, memberId, id)) === undefined) throw new AppError('invalid_id', `Session not found (${id}).`);
    await deleteSessions(tx, memberId, { only: id });
    // Ended from elsewhere it may be a stranger's, who consented to something just now; who signs out meant it.
    if (ctx.actor.kind !== 'member' || ctx.actor.sessionId !== id) await deleteUnusedCodesOf(tx, memberId);
    await recordAudit(ctx, tx, { accountId, verb: 'session.end', subject });
  });
}

/** Ends every session of a member but this one. */
export function endOtherSessions(ctx: DomainContext, { accountId, memberId }: Owner, keptId: number): Promise<void> {
  const subject = `member:${memberId}`;
  return change(ctx, subject, async (tx) => {
    const ended = await deleteSessions(tx, memberId, { except: keptId });
    await deleteUnusedCodesOf(tx, memberId);
    if (ended > 0) await recordAudit(ctx, tx, { accountId, verb: 'session.end_others', subject, after: { ended } });
  });
}
