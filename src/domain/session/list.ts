import { listSessionRows, type SessionRow } from '../../store/queries/session.ts';
import type { DomainContext } from '../context.ts';
import { isLive } from './lifetime.ts';

/** The live sessions of a member, the one seen last first. */
export async function listSessions(ctx: DomainContext, memberId: number): Promise<SessionRow[]> {
  const now = ctx.now();
  return (await listSessionRows(ctx.store.read, memberId)).filter((session) => isLive(session, now));
}
