import { AppError } from '../../../contract/errors.ts';
import { findMember, findMemberByEmail } from '../../store/queries/member.ts';
import { addAccount } from '../account/create.ts';
import { change } from '../change.ts';
import { makeLink } from '../link/make.ts';
import { getLink, invalidLink, takeLink } from '../link/use.ts';
import { alreadyMemberMessage, signUpMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import type { PeopleContext } from '../people.ts';
import { beginSession, type BegunSession } from './begin.ts';
import { linkLimits, mailLimits } from './limits.ts';
import { requireStrong } from './password.ts';

/**
 * Mails a link to open an account; a member is mailed that there is one. The same answer and work for both. `continueTo`, a path of the app,
 * is where the person goes on afterwards. Throws `access_denied`.
 */
export async function requestSignUp(ctx: PeopleContext, address: string, continueTo?: string): Promise<void> {
  requireOpen(ctx);
  const email = address.trim().toLowerCase();
  ctx.people.attempts.take(mailLimits(ctx, email, 'sign_up'));
  await change(ctx, 'link:new', async (tx) => {
    const member = await findMemberByEmail(tx, email);
    const link = await makeLink(ctx, tx, { purpose: 'sign_up', memberId: null, email: member === undefined ? email : null, continueTo });
    const message =
      member === undefined
        ? signUpMessage({ link })
        : alreadyMemberMessage({ link: `${ctx.people.origin()}${continueTo ?? '/session/create'}` });
    await queueMail(mailParts(ctx), tx, { accountId: null, recipient: email, message });
  });
}

export interface SignUpInput {
  readonly token: string;
  readonly company: string;
  readonly name: string;
  readonly password: string;
}

/** Opens an account with a link from the mail and signs its Administrator in. Throws `access_denied`, `invalid_link`, `invalid_password`, `existing_user`. */
export async function signUp(ctx: PeopleContext, input: SignUpInput, previousSecret: string | undefined): Promise<BegunSession> {
  requireOpen(ctx);
  const limits = linkLimits(ctx);
  ctx.people.attempts.take(limits);
  const { email } = await getLink(ctx.store.read, 'sign_up', input.token, ctx.now());
  if (email === null) throw invalidLink();
  ctx.people.attempts.forgive(limits);
  requireStrong(input.password, [email, input.name, input.company]);
  const passwordHash = await ctx.people.passwords.hash(input.password);
  return change(ctx, 'account:new', async (tx, effects) => {
    await takeLink(tx, 'sign_up', input.token, ctx.now());
    const { accountId, memberId } = await addAccount(ctx, tx, effects, { ...input, email, passwordHash });
    const member = await findMember(tx, accountId, memberId);
    if (member === undefined) throw new Error(`Member ${memberId} was just made and is not there.`);
    return beginSession(ctx, tx, member, previousSecret);
  });
}

function requireOpen({ people }: PeopleContext): void {
  if (people.signUp !== 'open') throw new AppError('access_denied', 'Nobody can open an account here without an invitation.');
}
