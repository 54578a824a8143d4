/** People and their account as the Account API shows them; never a digest or a hash. */
import type { AccountSummary } from '../../../contract/account-api/account.ts';
import type { Invitation, Member } from '../../../contract/account-api/members.ts';
import type { Profile } from '../../../contract/account-api/profile.ts';
import type { Role } from '../../../contract/account-api/roles.ts';
import type { CurrentSession, ListedSession } from '../../../contract/account-api/session.ts';
import { readAccountState, type AccountState } from '../../domain/account/summary.ts';
import type { MemberRow } from '../../domain/member/find.ts';
import type { ListedInvitation, ListedMember } from '../../domain/member/list.ts';
import type { PeopleContext } from '../../domain/people.ts';
import type { SessionRow } from '../../domain/session/find.ts';
import { freshUntil } from '../../domain/session/lifetime.ts';
import { usesTwoFactor } from '../../domain/session/second-factor.ts';

/** UTC with milliseconds. */
export function presentInstant(at: number): string {
  return new Date(at).toISOString();
}

/** The account with what the operator configured. */
export function presentAccountSummary({ people }: PeopleContext, { row, openNotifications }: AccountState): AccountSummary {
  return {
    id: row.id,
    company: row.company,
    region: people.region,
    plan: row.plan,
    plan_help: people.planHelp,
    on_hold: row.held_at !== null,
    created_at: presentInstant(row.created_at),
    open_notifications: openNotifications,
  };
}

/** Who is signed in. */
export async function presentCurrentSession(
  ctx: PeopleContext,
  { session, member }: { session: SessionRow; member: MemberRow },
): Promise<CurrentSession> {
  return {
    member: {
      id: member.id,
      name: member.name,
      email: member.email,
      roles: presentRoles(member),
      notify_errors: member.notify_errors === 1,
      two_factor: usesTwoFactor(member),
    },
    account: presentAccountSummary(ctx, await readAccountState(ctx, member.account_id)),
    session: {
      id: session.id,
      created_at: presentInstant(session.created_at),
      expires_at: presentInstant(session.expires_at),
      fresh_until: presentInstant(freshUntil(session)),
    },
  };
}

/** One of the member's sessions. */
export function presentListedSession(session: SessionRow, currentId: number): ListedSession {
  return {
    id: session.id,
    current: session.id === currentId,
    created_at: presentInstant(session.created_at),
    last_seen_at: presentInstant(session.last_seen_at),
    address: session.address,
    agent: session.agent,
  };
}

/** A member of the list. */
export function presentMember({ row, apiKeys }: ListedMember): Member {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roles: presentRoles(row),
    state: row.deactivated_at !== null ? 'deactivated' : row.password_hash === null ? 'unready' : 'active',
    two_factor: usesTwoFactor(row),
    created_at: presentInstant(row.created_at),
    last_seen_at: row.last_seen_at === null ? null : presentInstant(row.last_seen_at),
    api_keys: apiKeys,
  };
}

/** An open invitation; never its link. */
export function presentInvitation({ row, invitedBy }: ListedInvitation, now: number): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role === 'administrator' ? 'administrator' : 'general_user',
    invited_by: invitedBy,
    created_at: presentInstant(row.created_at),
    expires_at: presentInstant(row.expires_at),
    expired: row.expires_at <= now,
  };
}

/** What a member may change about themselves. */
export function presentProfile(member: MemberRow, recoveryCodesLeft: number): Profile {
  return {
    name: member.name,
    email: member.email,
    pending_email: member.pending_email,
    notify_errors: member.notify_errors === 1,
    two_factor: usesTwoFactor(member),
    recovery_codes_left: recoveryCodesLeft,
  };
}

function presentRoles(member: MemberRow): Role[] {
  return [
    member.role === 'administrator' ? 'administrator' : 'general_user',
    ...(member.invoice_admin === 1 ? (['invoice_admin'] as const) : []),
  ];
}
