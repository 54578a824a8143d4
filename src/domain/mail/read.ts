import { AppError } from '../../../contract/errors.ts';
import { findMail, listMailRows, type MailRow } from '../../store/queries/mail.ts';
import { requireOperator } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { mailPlace } from './place.ts';

export type { MailRow };

const shown = 100;

/** The newest messages, without their text. Operator only. */
export async function listMail(ctx: DomainContext): Promise<MailRow[]> {
  requireOperator(ctx.actor);
  return listMailRows(ctx.store.read, shown);
}

/** One message with its text, which may hold a link. Operator only. Throws `invalid_id`. */
export async function readMail(ctx: DomainContext, id: number): Promise<MailRow & { readonly text: string }> {
  requireOperator(ctx.actor);
  const row = await findMail(ctx.store.read, id);
  if (row === undefined) throw new AppError('invalid_id', `Message not found (${id}).`);
  return { ...row, text: ctx.sealer.open(mailPlace(row.recipient, row.created_at), row.sealed) };
}
