/** Members and invitations of an account. */
import type { memberRoutes } from '../../../contract/account-api/members.ts';
import { acceptInvitation, lookUpInvitation } from '../../domain/member/accept.ts';
import { deactivateMember } from '../../domain/member/deactivate.ts';
import { inviteMember, resendInvitation, type HandedInvitation } from '../../domain/member/invite.ts';
import { cancelInvitation, setInvitationRole } from '../../domain/member/invitation.ts';
import { listInvitations, listMembers, readMember, withInviter } from '../../domain/member/list.ts';
import { linkForMember } from '../../domain/member/password-link.ts';
import { reactivateMember } from '../../domain/member/reactivate.ts';
import { setMemberRole } from '../../domain/member/set-role.ts';
import type { AccountHandlers, MemberSession } from './options.ts';
import { presentInvitation, presentMember } from './present-people.ts';
import { begin } from './session-handlers.ts';

export const memberHandlers: AccountHandlers<keyof typeof memberRoutes> = {
  listMembers: async ({ ctx, accountId }) => ({
    members: (await listMembers(ctx, accountId)).map(presentMember),
    invitations: (await listInvitations(ctx, accountId)).map((invitation) => presentInvitation(invitation, ctx.now())),
  }),
  inviteMember: async (own, { body }) =>
    presentHanded(own, await inviteMember(own.ctx, own, { email: body.email, role: storedRole(body.role) })),
  resendInvitation: async (own, { params }) => presentHanded(own, await resendInvitation(own.ctx, own, params.invitation_id)),
  setInvitationRole: async ({ ctx, accountId }, { params, body }) => {
    const row = await setInvitationRole(ctx, accountId, params.invitation_id, storedRole(body.role));
    return presentInvitation(await withInviter(ctx, row), ctx.now());
  },
  cancelInvitation: ({ ctx, accountId }, { params }) => cancelInvitation(ctx, accountId, params.invitation_id),
  lookUpInvitation: async ({ ctx }, { body }) => {
    const { company, email, invitedBy } = await lookUpInvitation(ctx, body.token);
    return { company, email, invited_by: invitedBy };
  },
  acceptInvitation: async ({ ctx }, { body, cookie }) => begin({ ctx }, cookie, await acceptInvitation(ctx, body, cookie.sent)),
  setMemberRole: async ({ ctx, accountId }, { params, body }) => {
    await setMemberRole(ctx, accountId, params.member_id, storedRole(body.role));
    return presentMember(await readMember(ctx, accountId, params.member_id));
  },
  deactivateMember: async ({ ctx, accountId }, { params, body }) => {
    const left = body.keys === 'keep' ? { keys: body.keys, ownerId: body.owner_id } : body;
    await deactivateMember(ctx, accountId, params.member_id, left);
    return presentMember(await readMember(ctx, accountId, params.member_id));
  },
  reactivateMember: async ({ ctx, accountId }, { params }) => {
    await reactivateMember(ctx, accountId, params.member_id);
    return presentMember(await readMember(ctx, accountId, params.member_id));
  },
  linkForMember: async ({ ctx, accountId }, { params }) => ({ link: await linkForMember(ctx, accountId, params.member_id) }),
};

type HandedReply = Awaited<ReturnType<AccountHandlers['inviteMember']>>;

async function presentHanded({ ctx }: MemberSession, { row, link }: HandedInvitation): Promise<HandedReply> {
  return { ...presentInvitation(await withInviter(ctx, row), ctx.now()), link };
}

function storedRole(role: 'administrator' | 'general_user'): 'administrator' | 'member' {
  return role === 'administrator' ? role : 'member';
}
