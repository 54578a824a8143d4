/** What members change about themselves. */
import type { Profile, profileRoutes } from '../../../contract/account-api/profile.ts';
import { changePassword } from '../../domain/profile/change-password.ts';
import { confirmEmailChange, requestEmailChange } from '../../domain/profile/change-email.ts';
import { countRecoveryCodes } from '../../domain/profile/recovery-codes.ts';
import { confirmTwoFactor, disableTwoFactor, renewRecoveryCodes, startTwoFactor } from '../../domain/profile/two-factor.ts';
import { updateProfile } from '../../domain/profile/update.ts';
import type { MemberRow } from '../../domain/member/find.ts';
import type { PeopleContext } from '../../domain/people.ts';
import type { AccountHandlers } from './options.ts';
import { presentProfile } from './present-people.ts';

export const profileHandlers: AccountHandlers<keyof typeof profileRoutes> = {
  getProfile: ({ ctx, member }) => present(ctx, member),
  updateProfile: async (own, { body }) => present(own.ctx, await updateProfile(own.ctx, own, body)),
  requestEmailChange: async ({ ctx, member }, { body }) => present(ctx, await requestEmailChange(ctx, member, body)),
  confirmEmailChange: ({ ctx }, { body }) => confirmEmailChange(ctx, body.token),
  changePassword: async ({ ctx, member, session }, { body, cookie }) => {
    const passwords = { oldPassword: body.old_password, newPassword: body.new_password };
    cookie.set(await changePassword(ctx, { member, sessionId: session.id }, passwords), session.expires_at);
  },
  startTwoFactor: (own) => startTwoFactor(own.ctx, own),
  confirmTwoFactor: async (own, { body }) => ({ recovery_codes: await confirmTwoFactor(own.ctx, own, body.code) }),
  disableTwoFactor: (own) => disableTwoFactor(own.ctx, own),
  renewRecoveryCodes: async (own) => ({ recovery_codes: await renewRecoveryCodes(own.ctx, own) }),
};

async function present(ctx: PeopleContext, member: MemberRow): Promise<Profile> {
  return presentProfile(member, await countRecoveryCodes(ctx, member.id));
}
