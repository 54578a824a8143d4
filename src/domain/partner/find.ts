import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findPartnerByClientId, type PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';

export type { PartnerRow };

/** A partner the operator did not remove, by what it is called on the wire. Throws `invalid_id`. */
export async function getPartner(db: Kysely<Tables>, clientId: string): Promise<PartnerRow> {
  const row = await findPartnerByClientId(db, clientId);
  if (row === undefined || row.removed_at !== null) throw new AppError('invalid_id', `Partner not found (${clientId.slice(0, 100)}).`);
  return row;
}

/** The subject of audit rows about a partner. */
export function partnerSubject(id: number): string {
  return `partner:${id}`;
}

/** The addresses a browser may be sent back to, the default one first. */
export function redirectUrisOf({ redirect_uris: uris }: Pick<PartnerRow, 'redirect_uris'>): readonly string[] {
  return uris === null ? [] : (JSON.parse(uris) as string[]);
}
