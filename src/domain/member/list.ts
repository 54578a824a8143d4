import { countKeysOfMembers } from '../../store/queries/credential-counts.ts';
import { listMemberRows, type MemberRow } from '../../store/queries/member.ts';
import { listOpenInvitations, type InvitationRow } from '../../store/queries/people.ts';
import type { DomainContext } from '../context.ts';
import { getMember } from './find.ts';

/** A member, and how many API keys, enabled and disabled, act as them. */
export interface ListedMember {
  readonly row: MemberRow;
  readonly apiKeys: number;
}

/** An open invitation and the address of who invites. */
export interface ListedInvitation {
  readonly row: InvitationRow;
  readonly invitedBy: string;
}

/** Members, deactivated ones included, oldest first. */
export async function listMembers(ctx: DomainContext, accountId: number): Promise<ListedMember[]> {
  const rows = await listMemberRows(ctx.store.read, accountId);
  const counts = await countKeysOfMembers(ctx.store.read, accountId);
  return rows.map((row) => ({ row, apiKeys: counts.get(row.id) ?? 0 }));
}

/** One member as in the list. Throws `invalid_id`. */
export async function readMember(ctx: DomainContext, accountId: number, id: number): Promise<ListedMember> {
  const counts = await countKeysOfMembers(ctx.store.read, accountId);
  return { row: await getMember(ctx.store.read, accountId, id), apiKeys: counts.get(id) ?? 0 };
}

/** Open invitations, expired ones included, oldest first. */
export async function listInvitations(ctx: DomainContext, accountId: number): Promise<ListedInvitation[]> {
  const rows = await listOpenInvitations(ctx.store.read, accountId);
  return Promise.all(rows.map((row) => withInviter(ctx, row)));
}

/** An invitation with the address of who invites. */
export async function withInviter(ctx: DomainContext, row: InvitationRow): Promise<ListedInvitation> {
  return { row, invitedBy: (await getMember(ctx.store.read, row.account_id, row.invited_by)).email };
}
