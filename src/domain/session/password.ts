import { AppError } from '../../../contract/errors.ts';
import { findWeakness } from '../../access/weak-password.ts';
import type { MemberRow } from '../../store/queries/member.ts';
import type { PeopleContext } from '../people.ts';
import { proofLimits } from './limits.ts';

/** Throws `invalid_password` for one that is easily guessed; `known` begins with the e-mail address. */
export function requireStrong(password: string, known: readonly string[]): void {
  const weakness = findWeakness(password, known);
  if (weakness !== undefined) throw new AppError('invalid_password', weakness);
}

/** Proves that whoever is signed in knows the password. Throws `wrong_password`, `TooManyError`. */
export async function provePassword(ctx: PeopleContext, member: MemberRow, password: string): Promise<void> {
  const limits = proofLimits(ctx, member);
  ctx.people.attempts.take(limits);
  const { ok } = await ctx.people.passwords.verify(member.password_hash, password);
  if (!ok) throw new AppError('wrong_password', 'The password is not right.');
  ctx.people.attempts.forgive(
    limits,
    limits.slice(0, 1).map(({ key }) => key),
  );
}
