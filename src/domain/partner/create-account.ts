import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { setAccountPartner } from '../../store/queries/account.ts';
import { findPartnerByClientId, type PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import { findUniqueViolation } from '../../store/unique-violation.ts';
import { addAccount } from '../account/create.ts';
import { change } from '../change.ts';
import { makeLink } from '../link/make.ts';
import { accountMadeMessage } from '../mail/messages.ts';
import { queueMail } from '../mail/queue.ts';
import { insertPartnerKey } from '../partner-key/insert.ts';
import { mailParts, type PeopleContext } from '../people.ts';
import { isActivePartner } from './active.ts';
import { partnerLimits } from '../session/limits.ts';
import { newAccountLimits } from './limits.ts';
import { findPartnerBySecret } from './secret.ts';

export interface PartnerAccountInput {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly region: string | undefined;
}

/** The owner may read the mail days later; afterwards the sign-in page sends another. */
const setUpMs = 7 * 86_400_000;

/**
 * Makes an account for somebody who is mailed how to get in, with a key for the partner (connect-api.md §4.1).
 * Throws `invalid_body`, `invalid_partner`, `existing_user`, `TooManyError`.
 */
export async function createPartnerAccount(
  ctx: PeopleContext,
  { partner, secret }: { partner: PartnerRow; secret: string },
  input: PartnerAccountInput,
): Promise<{ readonly accountId: number; readonly token: string }> {
  requireRegion(ctx, input.region);
  ctx.people.attempts.take(newAccountLimits(partner.id));
  const as: PeopleContext = { ...ctx, actor: { kind: 'partner', partnerId: partner.id } };
  const email = input.email.trim().toLowerCase();
  try {
    return await change(as, 'account:new', async (tx, effects) => {
      // It may have ended meanwhile: a rotation that returned is final.
      if ((await findPartnerBySecret(tx, as, secret))?.id !== partner.id) throw invalidPartner('partner_secret');
      const { accountId, memberId } = await addAccount(as, tx, effects, {
        company: input.company,
        email,
        name: `${input.firstName} ${input.lastName}`,
      });
      await setAccountPartner(tx, accountId, partner.id);
      const { token } = await insertPartnerKey(as, tx, effects, { partner, accountId, memberId, expiresAt: null });
      await mailOwner(as, tx, { accountId, memberId, email, partner });
      return { accountId, token };
    });
  } catch (error) {
    // Where transactions run side by side the unique index speaks instead of the look-up.
    if (findUniqueViolation(error)?.includes('member.email') === true) throw existingUser();
    if (error instanceof AppError && error.code === 'existing_user') throw existingUser();
    throw error;
  }
}

async function mailOwner(
  ctx: PeopleContext,
  tx: Transaction<Tables>,
  { accountId, memberId, email, partner }: { accountId: number; memberId: number; email: string; partner: PartnerRow },
): Promise<void> {
  const link = await makeLink(ctx, tx, { purpose: 'password', memberId, email: null, lifetimeMs: setUpMs });
  await queueMail(mailParts(ctx), tx, { accountId, recipient: email, message: accountMadeMessage({ by: partner.name, link }) });
}

/** The partner that calls, by both its id and its secret. Throws `invalid_partner`, `TooManyError`. */
export async function requirePartner(ctx: PeopleContext, { clientId, secret }: { clientId: string; secret: string }): Promise<PartnerRow> {
  if (clientId === '') throw invalidPartner('partner_id');
  if (secret === '') throw invalidPartner('partner_secret');
  const { read } = ctx.store;
  const partner = await findPartnerBySecret(read, ctx, secret);
  if (partner?.client_id !== clientId) {
    // Counted only where it failed: neighbours at an address must not keep out who has the right secret.
    ctx.people.attempts.take(partnerLimits(ctx));
    const named = await findPartnerByClientId(read, clientId);
    throw invalidPartner(named !== undefined && isActivePartner(named) ? 'partner_secret' : 'partner_id');
  }
  return partner;
}

/** An installation is one region, called as the operator named it. */
function requireRegion({ people }: PeopleContext, region: string | undefined): void {
  if (region === undefined || region === people.region.name || region === people.region.detail) return;
  throw new AppError('invalid_body', `Accounts are not made in the region ${region} here.`, { errors: { region: 'invalid' } });
}

/** Wrong and missing are not told apart (connect-api.md §2.3). */
function invalidPartner(field: 'partner_id' | 'partner_secret'): AppError<'invalid_partner'> {
  return new AppError('invalid_partner', 'The form data is not valid.', { errors: { [field]: 'required' } });
}

function existingUser(): AppError<'existing_user'> {
  return new AppError('existing_user', 'This email address is already associated with an active user.');
}
