import type { Transaction } from 'kysely';
import { insertMail } from '../../store/queries/mail.ts';
import type { Tables } from '../../store/tables.ts';
import type { PeopleContext } from '../people.ts';
import { mailPlace } from './place.ts';
import type { Message } from './messages.ts';

/** Writes a message in the transaction it speaks of; without a mail server it is kept for the operator. */
export async function queueMail(
  ctx: PeopleContext,
  tx: Transaction<Tables>,
  { accountId, recipient, message }: { accountId: number | null; recipient: string; message: Message },
): Promise<void> {
  const now = ctx.now();
  await insertMail(tx, {
    account_id: accountId,
    recipient,
    subject: message.subject,
    sealed: ctx.sealer.seal(mailPlace(recipient, now), message.text),
    created_at: now,
    sent_at: null,
    next_attempt_at: ctx.people.sendsMail ? now : null,
    error: null,
  });
}
