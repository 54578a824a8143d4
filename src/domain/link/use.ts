import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { digestSecret } from '../../access/session-secret.ts';
import { deleteLink, findLink, type LinkRow } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';

/** A link that still works. Throws `invalid_link`. */
export async function getLink(db: Kysely<Tables>, purpose: LinkRow['purpose'], secret: string, now: number): Promise<LinkRow> {
  const link = await findLink(db, digestSecret(secret));
  if (link === undefined || link.purpose !== purpose || link.expires_at <= now) throw invalidLink();
  return link;
}

/** Uses a link up in the transaction of what it allows. Throws `invalid_link`. */
export async function takeLink(tx: Kysely<Tables>, purpose: LinkRow['purpose'], secret: string, now: number): Promise<LinkRow> {
  const link = await getLink(tx, purpose, secret, now);
  await deleteLink(tx, link.digest);
  return link;
}

/** The same answer for a link that is used up, expired or made up. */
export function invalidLink(): AppError<'invalid_link'> {
  return new AppError('invalid_link', 'This link is used up, expired or not complete. Ask for a new one.');
}
