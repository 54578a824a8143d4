import { AppError } from '../../../contract/errors.ts';
import type { MemberRow } from '../../store/queries/member.ts';
import { findMember } from '../../store/queries/member.ts';
import { updateSession, type SessionRow } from '../../store/queries/session.ts';
import { change, recordAudit } from '../change.ts';
import type { PeopleContext } from '../people.ts';
import { codeLimits } from './limits.ts';
import { provePassword } from './password.ts';
import { takeSecondFactor, usesTwoFactor } from './second-factor.ts';

/** Notes that the password was given again. Throws `wrong_password`, `second_factor_required`, `invalid_code`, `TooManyError`. */
export async function reauthenticate(
  ctx: PeopleContext,
  { member, session }: { member: MemberRow; session: SessionRow },
  { password, code }: { password: string; code?: string | undefined },
): Promise<SessionRow> {
  await provePassword(ctx, member, password);
  const limits = codeLimits(ctx, member.id);
  if (usesTwoFactor(member)) {
    if (code === undefined) throw new AppError('second_factor_required', 'Send a code of your authenticator too.');
    ctx.people.attempts.take(limits);
  }
  const subject = `session:${session.id}`;
  const proved = await change(ctx, subject, async (tx) => {
    const today = await findMember(tx, member.account_id, member.id);
    if (today === undefined || today.password_hash !== member.password_hash)
      throw new AppError('wrong_password', 'The password is not right.');
    if (usesTwoFactor(today) && (code === undefined || !(await takeSecondFactor(ctx, tx, today, code)))) {
      throw new AppError('invalid_code', 'The code is not right, or was used already.');
    }
    const now = ctx.now();
    await updateSession(tx, session.id, { proved_at: now });
    await recordAudit(ctx, tx, { accountId: member.account_id, verb: 'session.reauthenticate', subject });
    return { ...session, proved_at: now };
  });
  if (usesTwoFactor(member))
    ctx.people.attempts.forgive(
      limits,
      limits.slice(0, 1).map(({ key }) => key),
    );
  return proved;
}
