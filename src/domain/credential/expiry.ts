import { AppError } from '../../../contract/errors.ts';
import type { CredentialRow } from '../../store/queries/credential.ts';

/** When a new credential is to expire, in milliseconds since the epoch. Throws `invalid_body` unless that is to come. */
export function requireFutureExpiry(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && expiresAt <= now) throw new AppError('invalid_body', 'expires_at must be in the future.');
}

/** The registry refuses it since then (access.md, verify). */
export function isExpired(row: Pick<CredentialRow, 'expires_at'>, now: number): boolean {
  return row.expires_at !== null && row.expires_at <= now;
}
