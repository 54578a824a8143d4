import type { Transaction } from 'kysely';
import type { Sealer } from '../../access/seal.ts';
import { insertMail } from '../../store/queries/mail.ts';
import type { Tables } from '../../store/tables.ts';
import { mailPlace } from './place.ts';
import type { Message } from './messages.ts';

/** What messages are written with. */
export interface MailParts {
  readonly sealer: Sealer;
  readonly now: () => number;
  /** False: no mail server. */
  readonly sendsMail: boolean;
}

/** Writes a message in the transaction it speaks of; without a mail server it is kept for the operator. */
export async function queueMail(
  { sealer, now: clock, sendsMail }: MailParts,
  tx: Transaction<Tables>,
  { accountId, recipient, message }: { accountId: number | null; recipient: string; message: Message },
): Promise<void> {
  const now = clock();
  await insertMail(tx, {
    account_id: accountId,
    recipient,
    subject: message.subject,
    sealed: sealer.seal(mailPlace(recipient, now), message.text),
    created_at: now,
    sent_at: null,
    next_attempt_at: sendsMail ? now : null,
    error: null,
  });
}
