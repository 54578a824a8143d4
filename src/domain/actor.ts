import type { Kysely } from 'kysely';
import { AppError } from '../../contract/errors.ts';
import { findMember } from '../store/queries/member.ts';
import { findPartner } from '../store/queries/partner.ts';
import { findSession } from '../store/queries/session.ts';
import type { Tables } from '../store/tables.ts';
import type { Actor } from './context.ts';
import { findLiveKey } from './credential/alive.ts';
import { isActivePartner } from './partner/active.ts';
import { isLive } from './session/lifetime.ts';

/** Proves inside the changing transaction that who acts still may at this moment (access.md, revocation). Throws `unauthorized`. */
export async function assertActorAlive(tx: Kysely<Tables>, actor: Actor, now: number): Promise<void> {
  switch (actor.kind) {
    case 'operator':
    case 'system':
    case 'visitor':
      return;
    case 'partner': {
      const partner = await findPartner(tx, actor.partnerId);
      if (partner === undefined || !isActivePartner(partner)) throw noLongerAuthorized();
      return;
    }
    case 'member': {
      const member = await findMember(tx, actor.accountId, actor.memberId);
      if (member === undefined || member.deactivated_at !== null) throw noLongerAuthorized();
      if (actor.sessionId !== undefined) await assertSessionLive(tx, actor.memberId, actor.sessionId, now);
      return;
    }
    case 'api_key':
    case 'partner_key':
      if ((await findLiveKey(tx, actor, now)) === undefined) throw noLongerAuthorized();
      if (actor.sessionId !== undefined) await assertSessionLive(tx, actor.memberId, actor.sessionId, now);
  }
}

async function assertSessionLive(tx: Kysely<Tables>, memberId: number, sessionId: number, now: number): Promise<void> {
  const session = await findSession(tx, memberId, sessionId);
  if (session === undefined || !isLive(session, now)) throw noLongerAuthorized();
}

/** The actor works in this account; the operator in every one. */
export function worksIn(actor: Actor, accountId: number): boolean {
  if (actor.kind === 'visitor' || actor.kind === 'partner') return false;
  return actor.kind === 'operator' || actor.kind === 'system' || actor.accountId === accountId;
}

/** Throws `invalid_id`, as for an account that does not exist, unless the actor works in this account. */
export function requireAccount(actor: Actor, accountId: number): void {
  if (!worksIn(actor, accountId)) throw new AppError('invalid_id', `Account not found (${accountId}).`);
}

/** Only the operator may. Throws `access_denied`. */
export function requireOperator(actor: Actor): void {
  if (actor.kind !== 'operator') throw new AppError('access_denied', 'Only the operator may do this.');
}

/** A person, not a key: creating, enabling and restoring credentials (access.md, kinds). Throws `access_denied`. */
export function requirePerson(actor: Actor): void {
  if (actor.kind !== 'operator' && actor.kind !== 'member') throw new AppError('access_denied', 'Only a member may do this.');
}

/** Only an Administrator or the operator may; the role is read again. Throws `access_denied`. */
export async function requireAdministrator(tx: Kysely<Tables>, actor: Actor): Promise<void> {
  if (actor.kind === 'operator') return;
  const member = actor.kind === 'member' ? await findMember(tx, actor.accountId, actor.memberId) : undefined;
  if (member?.role !== 'administrator') throw new AppError('access_denied', 'Only an Administrator may do this.');
}

/** The key that acts, kept as `created_by_credential` on what it makes; null for everyone else. */
export function actingCredential(actor: Actor): number | null {
  return actor.kind === 'api_key' || actor.kind === 'partner_key' ? actor.credentialId : null;
}

/** The partner whose key acts; null for everyone else. */
export function actingPartner(actor: Actor): number | null {
  return actor.kind === 'partner_key' ? actor.partnerId : null;
}

function noLongerAuthorized(): AppError<'unauthorized'> {
  return new AppError('unauthorized', 'The credential is no longer valid.');
}
