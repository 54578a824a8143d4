import { listCustomEmailRows, type CustomEmailRow } from '../../store/queries/custom-email.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

export type { CustomEmailRow };

/** The further addresses of an account, disabled ones included, oldest first. */
export function listCustomEmails(ctx: DomainContext, accountId: number): Promise<CustomEmailRow[]> {
  requireAccount(ctx.actor, accountId);
  return listCustomEmailRows(ctx.store.read, accountId);
}
