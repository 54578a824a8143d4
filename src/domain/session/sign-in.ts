import { AppError } from '../../../contract/errors.ts';
import { findMember, findMemberByEmail, updateMember } from '../../store/queries/member.ts';
import { listSessionRows } from '../../store/queries/session.ts';
import { change } from '../change.ts';
import type { PeopleContext } from '../people.ts';
import { beginSession, type BegunSession } from './begin.ts';
import { codeLimits, isFromSamePlace, signInLimits } from './limits.ts';
import { takeSecondFactor, usesTwoFactor } from './second-factor.ts';

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly code?: string | undefined;
}

/**
 * Signs a member in. The same answer, at the same cost, for an unknown address, a wrong password and a member who may not sign in.
 * Throws `invalid_sign_in`, `second_factor_required`, `TooManyError`.
 */
export async function signIn(ctx: PeopleContext, input: SignInInput, previousSecret: string | undefined): Promise<BegunSession> {
  const { attempts, passwords } = ctx.people;
  const email = input.email.trim().toLowerCase();
  const known = await findMemberByEmail(ctx.store.read, email);
  // Asked for a member nobody is as well, at the same cost.
  const sessions = await listSessionRows(ctx.store.read, known?.id ?? 0);
  // A key begins sessions without the password: where it is says nothing about where its member is.
  const own = sessions.filter(({ credential_id: key }) => key === null);
  const limits = signInLimits(ctx, email, { isKnownPlace: isFromSamePlace(ctx, own) });
  attempts.take(limits);
  const { ok, rehash } = await passwords.verify(known?.password_hash, input.password);
  if (!ok || known === undefined || known.deactivated_at !== null) throw invalidSignIn();
  attempts.forgive(
    limits,
    limits.slice(0, 1).map(({ key }) => key),
  );

  const { code } = input;
  const ofCode = codeLimits(ctx, known.id);
  if (usesTwoFactor(known)) {
    if (code === undefined) throw new AppError('second_factor_required', 'Send a code of your authenticator too.');
    attempts.take(ofCode);
  }
  const begun = await change(ctx, 'session:new', async (tx) => {
    const member = await findMember(tx, known.account_id, known.id);
    // Changed since it was proved: by somebody who chose a new password or deactivated the member just now.
    if (member === undefined || member.deactivated_at !== null || member.password_hash !== known.password_hash) throw invalidSignIn();
    if (usesTwoFactor(member) && (code === undefined || !(await takeSecondFactor(ctx, tx, member, code)))) throw wrongCode();
    if (rehash !== undefined) await updateMember(tx, member.id, { password_hash: rehash });
    return beginSession(ctx, tx, member, previousSecret);
  });
  if (usesTwoFactor(known))
    attempts.forgive(
      ofCode,
      ofCode.slice(0, 1).map(({ key }) => key),
    );
  return begun;
}

function invalidSignIn(): AppError<'invalid_sign_in'> {
  return new AppError('invalid_sign_in', 'The e-mail address and the password do not belong together.');
}

function wrongCode(): AppError<'invalid_sign_in'> {
  return new AppError('invalid_sign_in', 'The code is not right, or was used already.');
}
