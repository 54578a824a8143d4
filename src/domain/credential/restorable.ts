import { AppError } from '../../../contract/errors.ts';
import type { CredentialRow } from '../../store/queries/credential.ts';

/** How long a deletion can be taken back (access.md, state). */
const restorableForMs = 10 * 60_000;

/** Throws `invalid_credential_state` unless this deletion can be taken back at `now`. */
export function requireRestorable(row: CredentialRow, now: number): void {
  if (row.state !== 'deleted') throw new AppError('invalid_credential_state', 'It is not deleted.');
  if (row.compromised === 1) throw new AppError('invalid_credential_state', 'It was marked as compromised and stays deleted.');
  if (now - row.state_changed_at > restorableForMs)
    throw new AppError('invalid_credential_state', 'It was deleted more than ten minutes ago.');
}
