import type { Transaction } from 'kysely';
import { listMemberRows } from '../../store/queries/member.ts';
import type { Tables } from '../../store/tables.ts';
import type { Message } from './messages.ts';
import { queueMail, type MailParts } from './queue.ts';

/** Tells every active member of an account, whatever they want to hear of: who may act on it is everybody's business. */
export async function tellMembers(parts: MailParts, tx: Transaction<Tables>, accountId: number, message: Message): Promise<void> {
  for (const member of await listMemberRows(tx, accountId)) {
    if (member.deactivated_at === null) await queueMail(parts, tx, { accountId, recipient: member.email, message });
  }
}
