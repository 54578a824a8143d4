import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findCredential, type CredentialRow } from '../../store/queries/credential.ts';
import type { Tables } from '../../store/tables.ts';
import { worksIn } from '../actor.ts';
import type { Actor } from '../context.ts';

export type { CredentialRow };

/** An API key the actor may act on, in any state. Throws `invalid_id`, also for a key of another account. */
export async function getApiKey(db: Kysely<Tables>, actor: Actor, id: number): Promise<CredentialRow> {
  const row = await findCredential(db, id);
  if (row === undefined || row.kind !== 'api_key' || !worksIn(actor, row.account_id)) throw unknownApiKey(id);
  return row;
}

/** A partner key the actor may act on, in any state. Throws `invalid_id`, also for a key of another account. */
export async function getPartnerKeyRow(db: Kysely<Tables>, actor: Actor, id: number): Promise<CredentialRow> {
  const row = await findCredential(db, id);
  if (row === undefined || row.kind !== 'partner_key' || !worksIn(actor, row.account_id)) throw unknownPartnerKey(id);
  return row;
}

/** A token of this source, in any state. Throws `invalid_token_id`. */
export async function getImportToken(db: Kysely<Tables>, sourceId: number, tokenId: number): Promise<CredentialRow> {
  const row = await findCredential(db, tokenId);
  if (row === undefined || row.kind !== 'import_token' || row.source_id !== sourceId) throw unknownToken(tokenId);
  return row;
}

/** The same answer for a key that is absent, deleted or another account's. */
export function unknownApiKey(id: number): AppError<'invalid_id'> {
  return new AppError('invalid_id', `API key not found (${id}).`);
}

/** The same answer for a partner key that is absent, deleted or another account's. */
export function unknownPartnerKey(id: number): AppError<'invalid_id'> {
  return new AppError('invalid_id', `Partner key not found (${id}).`);
}

/** The same answer for a token that is absent, revoked or another source's. */
export function unknownToken(tokenId: number): AppError<'invalid_token_id'> {
  return new AppError('invalid_token_id', `Token not found (${tokenId}).`);
}
