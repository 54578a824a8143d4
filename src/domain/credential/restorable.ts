import { AppError } from '../../../contract/errors.ts';
import type { CredentialRow } from '../../store/queries/credential.ts';

/** How long a deletion can be taken back (access.md, state). */
export const restorableForMs = 10 * 60_000;

/** Until when this deletion can be taken back, undefined when it cannot. */
export function findRestorableUntil(row: CredentialRow, now: number): number | undefined {
  const until = row.state_changed_at + restorableForMs;
  const isFinal = row.kind === 'partner_key' || row.compromised === 1 || row.state_reason === 'source_deleted';
  return row.state === 'deleted' && !isFinal && until >= now ? until : undefined;
}

/** Throws `invalid_credential_state` unless this deletion can be taken back at `now`. */
export function requireRestorable(row: CredentialRow, now: number): void {
  if (row.state !== 'deleted') throw new AppError('invalid_credential_state', 'It is not deleted.');
  if (row.compromised === 1) throw new AppError('invalid_credential_state', 'It was marked as compromised and stays deleted.');
  if (findRestorableUntil(row, now) === undefined)
    throw new AppError('invalid_credential_state', 'It was deleted more than ten minutes ago.');
}
