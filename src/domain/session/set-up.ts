import { listAccounts } from '../../store/queries/account.ts';
import { findMember } from '../../store/queries/member.ts';
import { deleteLinks } from '../../store/queries/people.ts';
import { addAccount } from '../account/create.ts';
import { change } from '../change.ts';
import type { DomainParts } from '../context.ts';
import { makeLink } from '../link/make.ts';
import { getLink, invalidLink, takeLink } from '../link/use.ts';
import type { PeopleContext, PeopleParts } from '../people.ts';
import { beginSession, type BegunSession } from './begin.ts';
import { linkLimits } from './limits.ts';
import { requireStrong } from './password.ts';

export interface SetUpInput {
  readonly code: string;
  readonly company: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Whether nobody has an account here yet. */
export async function needsSetup({ store }: Pick<DomainParts, 'store'>): Promise<boolean> {
  return (await listAccounts(store.read)).length === 0;
}

/** A link to make the first account, in place of any made before; undefined when an account exists. */
export async function createSetupLink(parts: DomainParts, people: PeopleParts): Promise<string | undefined> {
  return parts.store.transaction(async (tx) => {
    await deleteLinks(tx, 'setup', null);
    if ((await listAccounts(tx)).length > 0) return undefined;
    return makeLink({ now: parts.now, people }, tx, { purpose: 'setup', memberId: null, email: null });
  });
}

/** Makes the first account of the installation and signs its Administrator in. Throws `invalid_link`, `invalid_password`. */
export async function setUp(ctx: PeopleContext, input: SetUpInput, previousSecret: string | undefined): Promise<BegunSession> {
  const { attempts, passwords } = ctx.people;
  const limits = linkLimits(ctx);
  attempts.take(limits);
  await getLink(ctx.store.read, 'setup', input.code, ctx.now());
  attempts.forgive(limits);
  requireStrong(input.password, [input.email, input.name, input.company]);
  const passwordHash = await passwords.hash(input.password);
  return change(ctx, 'account:new', async (tx, effects) => {
    await takeLink(tx, 'setup', input.code, ctx.now());
    if ((await listAccounts(tx)).length > 0) throw invalidLink();
    const { accountId, memberId } = await addAccount(ctx, tx, effects, { ...input, passwordHash });
    const member = await findMember(tx, accountId, memberId);
    if (member === undefined) throw new Error(`Member ${memberId} was just made and is not there.`);
    return beginSession(ctx, tx, member, previousSecret);
  });
}
