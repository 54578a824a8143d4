import { AppError } from '../../../contract/errors.ts';
import { digestRecoveryCode, newRecoveryCodes } from '../../access/recovery-codes.ts';
import { findTotpStep, newTotpSecret, totpUri } from '../../access/totp.ts';
import { updateMember } from '../../store/queries/member.ts';
import { replaceRecoveryCodes } from '../../store/queries/people.ts';
import { change, recordAudit } from '../change.ts';
import { twoFactorMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import { getMember } from '../member/find.ts';
import { totpPlace } from '../member/totp-place.ts';
import type { PeopleContext } from '../people.ts';
import { codeLimits } from '../session/limits.ts';
import { usesTwoFactor } from '../session/second-factor.ts';

interface Owner {
  readonly accountId: number;
  readonly memberId: number;
}

/** Draws the secret of an authenticator; nothing changes until a code confirms it. Throws `invalid_member_state` when one is on. */
export function startTwoFactor(ctx: PeopleContext, { accountId, memberId }: Owner): Promise<{ secret: string; uri: string }> {
  const subject = `member:${memberId}`;
  return change(ctx, subject, async (tx) => {
    const member = await getMember(tx, accountId, memberId);
    if (usesTwoFactor(member)) throw new AppError('invalid_member_state', 'Two-factor authentication is on already.');
    const secret = newTotpSecret();
    await updateMember(tx, memberId, { totp_secret: ctx.sealer.seal(totpPlace(memberId), secret), totp_last_step: null });
    await recordAudit(ctx, tx, { accountId, verb: 'member.start_two_factor', subject });
    return { secret, uri: totpUri(secret, member.email) };
  });
}

/** Turns two-factor on with a first code; returns the recovery codes, shown once. Throws `invalid_code`, `invalid_member_state`. */
export async function confirmTwoFactor(ctx: PeopleContext, { accountId, memberId }: Owner, code: string): Promise<string[]> {
  const limits = codeLimits(ctx, memberId);
  ctx.people.attempts.take(limits);
  const subject = `member:${memberId}`;
  const codes = await change(ctx, subject, async (tx) => {
    const member = await getMember(tx, accountId, memberId);
    if (usesTwoFactor(member) || member.totp_secret === null) {
      throw new AppError('invalid_member_state', 'Begin to set up an authenticator first.');
    }
    const now = ctx.now();
    const step = findTotpStep(ctx.sealer.open(totpPlace(memberId), member.totp_secret), code, now, null);
    if (step === undefined) throw new AppError('invalid_code', 'The code is not right. Check the clock of your device.');
    await updateMember(tx, memberId, { totp_enabled_at: now, totp_last_step: step });
    const fresh = newRecoveryCodes();
    await replaceRecoveryCodes(tx, memberId, fresh.map(digestRecoveryCode));
    await queueMail(mailParts(ctx), tx, { accountId, recipient: member.email, message: twoFactorMessage({ on: true }) });
    await recordAudit(ctx, tx, { accountId, verb: 'member.enable_two_factor', subject });
    return fresh;
  });
  ctx.people.attempts.forgive(
    limits,
    limits.slice(0, 1).map(({ key }) => key),
  );
  return codes;
}

/** Turns two-factor off; off already is fine. */
export function disableTwoFactor(ctx: PeopleContext, { accountId, memberId }: Owner): Promise<void> {
  const subject = `member:${memberId}`;
  return change(ctx, subject, async (tx) => {
    const member = await getMember(tx, accountId, memberId);
    await updateMember(tx, memberId, { totp_secret: null, totp_enabled_at: null, totp_last_step: null });
    await replaceRecoveryCodes(tx, memberId, []);
    if (!usesTwoFactor(member)) return;
    await queueMail(mailParts(ctx), tx, { accountId, recipient: member.email, message: twoFactorMessage({ on: false }) });
    await recordAudit(ctx, tx, { accountId, verb: 'member.disable_two_factor', subject });
  });
}

/** Makes new recovery codes; the old ones end. Throws `invalid_member_state` while two-factor is off. */
export function renewRecoveryCodes(ctx: PeopleContext, { accountId, memberId }: Owner): Promise<string[]> {
  const subject = `member:${memberId}`;
  return change(ctx, subject, async (tx) => {
    if (!usesTwoFactor(await getMember(tx, accountId, memberId))) {
      throw new AppError('invalid_member_state', 'Two-factor authentication is off.');
    }
    const codes = newRecoveryCodes();
    await replaceRecoveryCodes(tx, memberId, codes.map(digestRecoveryCode));
    await recordAudit(ctx, tx, { accountId, verb: 'member.renew_recovery_codes', subject });
    return codes;
  });
}
