/** The state changes every kind of credential shares: row, audit row, registry and log, all in the caller's transaction. */
import type { Transaction } from 'kysely';
import { deleteAuthorizationCodes } from '../../store/queries/authorization-code.ts';
import { listChildren, updateCredential, type CredentialRow } from '../../store/queries/credential.ts';
import { deleteEphemeralTokensOf } from '../../store/queries/ephemeral-token.ts';
import { deleteSessionsOfCredential } from '../../store/queries/session.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import { actorName, type DomainContext } from '../context.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { settleHolds } from '../destination/settle-holds.ts';
import { disableMadeReceivers } from './disable-made.ts';
import { listMakers } from './makers.ts';

type StateReason = CredentialRow['state_reason'];

/** enabled → disabled. */
export async function disableCredential(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  row: CredentialRow,
  reason: StateReason,
): Promise<CredentialRow> {
  effects.revokes = true;
  return setState(ctx, tx, effects, row, { state: 'disabled', state_reason: reason }, 'disable');
}

/** disabled → enabled. */
export async function enableCredential(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  row: CredentialRow,
): Promise<CredentialRow> {
  return setState(ctx, tx, effects, row, { state: 'enabled', state_reason: null }, 'enable');
}

/** Any state → deleted; `compromised` also disables what the credential made, and what that made, and closes the way back. */
export async function deleteCredential(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  row: CredentialRow,
  options: { reason: StateReason; compromised: boolean },
): Promise<CredentialRow> {
  effects.revokes = true;
  effects.lines.push({ kind: 'revoked', id: row.id, keyId: row.key_id });
  const compromised = options.compromised ? 1 : row.compromised;
  const deleted = await setState(
    ctx,
    tx,
    effects,
    row,
    { state: 'deleted', state_reason: options.reason, slot: null, compromised },
    'delete',
  );
  if (options.compromised) for (const id of await listMakers(tx, row)) await disableChildren(ctx, tx, effects, id, options.reason);
  return deleted;
}

async function disableChildren(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  id: number,
  reason: StateReason,
): Promise<void> {
  await disableMadeReceivers(ctx, tx, id);
  for (const child of await listChildren(tx, id)) {
    if (child.state === 'enabled') await disableCredential(ctx, tx, effects, child, reason);
    await disableChildren(ctx, tx, effects, child.id, reason);
  }
}

/** deleted → disabled, in a free slot. */
export async function restoreCredential(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  row: CredentialRow,
  slot: number,
): Promise<CredentialRow> {
  effects.lines.push({ kind: 'restored', id: row.id, keyId: row.key_id });
  return setState(ctx, tx, effects, row, { state: 'disabled', state_reason: 'member', slot }, 'restore');
}

async function setState(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  row: CredentialRow,
  changes: Partial<Pick<CredentialRow, 'state' | 'state_reason' | 'slot' | 'compromised'>>,
  verb: 'disable' | 'enable' | 'delete' | 'restore',
): Promise<CredentialRow> {
  const changed = await updateCredential(tx, row.id, { ...changes, state_changed_at: ctx.now(), state_changed_by: actorName(ctx.actor) });
  // They die with their key, and do not come back with it.
  if (changed.state !== 'enabled') {
    await deleteEphemeralTokensOf(tx, row.id);
    await deleteSessionsOfCredential(tx, row.id);
    // A consent from before is taken back too; one that replaces the key is not.
    if (row.partner_id !== null && changed.state_reason === 'member') await deleteAuthorizationCodes(tx, row.partner_id, row.account_id);
  }
  await recordAudit(ctx, tx, {
    accountId: row.account_id,
    verb: `${row.kind}.${verb}`,
    subject: `${row.kind}:${row.id}`,
    before: { state: row.state },
    after: { state: changed.state, reason: changed.state_reason, compromised: changed.compromised === 1 },
  });
  effects.registry.push(credentialChange(changed));
  await settleKeyHolds(ctx, tx, effects, changed);
  return changed;
}

/** Holds or releases what the partner of a key created; nothing for a key of another kind. */
export async function settleKeyHolds(ctx: DomainContext, tx: Transaction<Tables>, effects: Effects, key: CredentialRow): Promise<void> {
  if (key.kind !== 'partner_key' || key.partner_id === null) return;
  await settleHolds(ctx, tx, effects, { partnerId: key.partner_id, accountId: key.account_id });
}
