import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { listApiKeyRows, updateCredential, type CredentialRow } from '../../store/queries/credential.ts';
import { updateMember, type MemberRow } from '../../store/queries/member.ts';
import { deleteLinks } from '../../store/queries/people.ts';
import { deleteSessions } from '../../store/queries/session.ts';
import type { Tables } from '../../store/tables.ts';
import { requireAdministrator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { disableCredential } from '../credential/set-state.ts';
import { endHandedLinks, requireAnotherAdministrator } from './administrators.ts';
import { getMember } from './find.ts';

/** What becomes of the API keys that act as a leaving member. */
export type LeftKeys = { readonly keys: 'disable' } | { readonly keys: 'keep'; readonly ownerId: number };

/**
 * Deactivates a member: when this returns their sessions have ended and their keys are disabled, or act as somebody else.
 * Administrators only, and not oneself. Throws `access_denied`, `invalid_id`, `invalid_member_state`, `last_administrator`, `not_confirmed`.
 */
export function deactivateMember(ctx: DomainContext, accountId: number, id: number, left: LeftKeys): Promise<void> {
  const subject = `member:${id}`;
  return change(ctx, subject, async (tx, effects) => {
    await requireAdministrator(tx, ctx.actor);
    const member = await getMember(tx, accountId, id);
    if (member.deactivated_at !== null) {
      if (!ctx.changes.isUnconfirmed(subject)) throw new AppError('invalid_member_state', 'The member is deactivated already.');
      effects.revokes = true;
      return;
    }
    if (ctx.actor.kind === 'member' && ctx.actor.memberId === id) {
      throw new AppError('invalid_member_state', 'Nobody can deactivate themselves.');
    }
    if (member.role === 'administrator') await requireAnotherAdministrator(tx, member);
    const owner = left.keys === 'keep' ? await getNewOwner(tx, member, left.ownerId) : undefined;
    effects.revokes = true;
    await updateMember(tx, id, { deactivated_at: ctx.now(), pending_email: null });
    const sessions = await deleteSessions(tx, id);
    await deleteLinks(tx, 'password', id);
    await deleteLinks(tx, 'email_change', id);
    const invitations = member.role === 'administrator' ? await endHandedLinks(tx, member, ctx.now()) : 0;
    const keys = (await listApiKeyRows(tx, accountId)).filter((key) => key.member_id === id);
    for (const key of keys) {
      if (owner !== undefined) await giveKey(ctx, tx, effects, key, owner);
      else if (key.state === 'enabled') await disableCredential(ctx, tx, effects, key, 'member');
    }
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'member.deactivate',
      subject,
      after: { sessions, ended_invitations: invitations, keys: left.keys, ...(owner === undefined ? {} : { owner: owner.id }) },
    });
  });
}

async function getNewOwner(tx: Transaction<Tables>, leaving: MemberRow, ownerId: number): Promise<MemberRow> {
  const owner = await getMember(tx, leaving.account_id, ownerId);
  if (owner.id === leaving.id || owner.deactivated_at !== null) {
    throw new AppError('invalid_member_state', 'Keys can only be kept under another active member.');
  }
  return owner;
}

async function giveKey(ctx: DomainContext, tx: Transaction<Tables>, effects: Effects, key: CredentialRow, owner: MemberRow): Promise<void> {
  const given = await updateCredential(tx, key.id, { member_id: owner.id });
  await recordAudit(ctx, tx, {
    accountId: key.account_id,
    verb: 'api_key.set_owner',
    subject: `api_key:${key.id}`,
    before: { member: key.member_id },
    after: { member: owner.id },
  });
  effects.registry.push(credentialChange(given));
}
