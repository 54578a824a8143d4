import { z } from 'zod';
import { email, instant, linkToken, newPassword, personName, role } from './common.ts';
import { handedLink } from './profile.ts';
import type { AccountRoute } from './route.ts';
import { sessionRoutes } from './session.ts';

const member = z.strictObject({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  /** `deactivated`: cannot sign in; may be reactivated. `unready`: has not chosen a password yet. */
  state: z.enum(['active', 'unready', 'deactivated']),
  two_factor: z.boolean(),
  created_at: instant,
  last_seen_at: instant.nullable(),
  /** API keys, enabled and disabled, that act as this member. */
  api_keys: z.int(),
});

const invitation = z.strictObject({
  id: z.int(),
  email: z.string(),
  role,
  invited_by: z.string(),
  created_at: instant,
  expires_at: instant,
  expired: z.boolean(),
});

export type Member = z.infer<typeof member>;
export type Invitation = z.infer<typeof invitation>;

export const memberRoutes = {
  listMembers: {
    method: 'GET',
    path: '/account/v1/members',
    summary: 'List the members, deactivated ones included, and the open invitations',
    access: 'session',
    response: z.strictObject({ members: z.array(member), invitations: z.array(invitation) }),
    errors: [],
  },
  inviteMember: {
    method: 'POST',
    path: '/account/v1/invitations',
    summary: 'Invite somebody by e-mail',
    access: 'administrator',
    fresh: true,
    body: z.strictObject({ email, role: z.enum(['administrator', 'general_user']).default('general_user') }),
    response: invitation.extend(handedLink.shape),
    errors: ['existing_user', 'member_limit_exceeded'],
  },
  resendInvitation: {
    method: 'POST',
    path: '/account/v1/invitations/{invitation_id}/resend',
    summary: 'Make a new link for an invitation; the old one ends',
    access: 'administrator',
    fresh: true,
    response: invitation.extend(handedLink.shape),
    errors: ['invalid_id'],
  },
  setInvitationRole: {
    method: 'PUT',
    path: '/account/v1/invitations/{invitation_id}',
    summary: 'Change the role of an invitation before it is accepted',
    access: 'administrator',
    fresh: true,
    body: z.strictObject({ role: z.enum(['administrator', 'general_user']) }),
    response: invitation,
    errors: ['invalid_id'],
  },
  cancelInvitation: {
    method: 'DELETE',
    path: '/account/v1/invitations/{invitation_id}',
    summary: 'Withdraw an invitation',
    access: 'administrator',
    errors: ['invalid_id'],
  },
  lookUpInvitation: {
    method: 'POST',
    path: '/account/v1/invitations/lookups',
    summary: 'Say what an invitation link is for',
    access: 'public',
    body: z.strictObject({ token: linkToken }),
    response: z.strictObject({ company: z.string(), email: z.string(), invited_by: z.string() }),
    errors: ['invalid_link'],
  },
  acceptInvitation: {
    method: 'POST',
    path: '/account/v1/invitations/acceptances',
    summary: 'Join the account with an invitation link, and sign in',
    access: 'public',
    body: z.strictObject({ token: linkToken, name: personName, password: newPassword }),
    response: sessionRoutes.getSession.response,
    errors: ['invalid_link', 'invalid_password', 'existing_user', 'member_limit_exceeded'],
  },
  setMemberRole: {
    method: 'PUT',
    path: '/account/v1/members/{member_id}/role',
    summary: 'Make a member Administrator or General User',
    access: 'administrator',
    fresh: true,
    body: z.strictObject({ role: z.enum(['administrator', 'general_user']) }),
    response: member,
    errors: ['invalid_id', 'last_administrator'],
  },
  deactivateMember: {
    method: 'POST',
    path: '/account/v1/members/{member_id}/deactivation',
    summary: 'Deactivate a member: ends the sessions and decides about the API keys before it answers',
    access: 'administrator',
    fresh: true,
    body: z.discriminatedUnion('keys', [
      z.strictObject({ keys: z.literal('disable') }),
      /** They go on, acting as this member instead. */
      z.strictObject({ keys: z.literal('keep'), owner_id: z.int() }),
    ]),
    response: member,
    errors: ['invalid_id', 'last_administrator', 'invalid_member_state'],
  },
  reactivateMember: {
    method: 'POST',
    path: '/account/v1/members/{member_id}/reactivation',
    summary: 'Let a deactivated member sign in again; re-enables no key',
    access: 'administrator',
    response: member,
    errors: ['invalid_id', 'member_limit_exceeded'],
  },
  linkForMember: {
    method: 'POST',
    path: '/account/v1/members/{member_id}/password-link',
    summary: 'Make a link with which a member chooses a new password, to pass on by hand where no mail is sent',
    access: 'administrator',
    fresh: true,
    response: handedLink,
    errors: ['invalid_id', 'invalid_member_state'],
    secret: true,
  },
} as const satisfies Record<string, AccountRoute>;
