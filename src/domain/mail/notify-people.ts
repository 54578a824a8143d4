import type { Transaction } from 'kysely';
import { listCustomEmailRows } from '../../store/queries/custom-email.ts';
import { listMemberRows } from '../../store/queries/member.ts';
import type { Tables } from '../../store/tables.ts';
import type { Message } from './messages.ts';
import { queueMail, type MailParts } from './queue.ts';

/** Tells what went wrong: members who want to know of errors, and the account's further addresses (connect-api.md §10.2), each once. */
export async function notifyPeople(parts: MailParts, tx: Transaction<Tables>, accountId: number, message: Message): Promise<void> {
  const members = (await listMemberRows(tx, accountId)).filter((member) => member.deactivated_at === null && member.notify_errors === 1);
  const further = (await listCustomEmailRows(tx, accountId)).filter((row) => row.disabled_at === null);
  const recipients = new Map([...members, ...further].map(({ email }) => [email.toLowerCase(), email]));
  for (const recipient of recipients.values()) await queueMail(parts, tx, { accountId, recipient, message });
}
