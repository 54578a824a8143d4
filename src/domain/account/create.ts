import type { Transaction } from 'kysely';
import { insertAccount } from '../../store/queries/account.ts';
import { insertDestination } from '../../store/queries/destination.ts';
import { insertMember } from '../../store/queries/member.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { warehouseFileName } from '../destination/warehouse.ts';
import { requireFreeEmail } from '../member/free-email.ts';
import { defaultPlan, planFeatures, type Plan } from './plans.ts';

export interface CreateAccountInput {
  readonly company: string;
  readonly email: string;
  readonly name: string;
  readonly plan?: Plan | undefined;
  /** Null until the member has chosen a password. */
  readonly passwordHash?: string | undefined;
}

export interface CreatedAccount {
  readonly accountId: number;
  readonly memberId: number;
  readonly destinationId: number;
}

/** Creates an account with its embedded warehouse and its first member as administrator. Operator only. Throws `existing_user`. */
export async function createAccount(ctx: DomainContext, input: CreateAccountInput): Promise<CreatedAccount> {
  requireOperator(ctx.actor);
  return change(ctx, 'account:new', (tx, effects) => addAccount(ctx, tx, effects, input));
}

/** The rows of a new account, in the transaction of the verb that makes it. Throws `existing_user`. */
export async function addAccount(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  input: CreateAccountInput,
): Promise<CreatedAccount> {
  const plan = input.plan ?? defaultPlan;
  const email = input.email.trim().toLowerCase();
  await requireFreeEmail(tx, email);
  const now = ctx.now();
  const accountId = await nextId(tx, 'account');
  const memberId = await nextId(tx, 'member');
  const destinationId = await nextId(tx, 'connection');
  await insertAccount(tx, { id: accountId, company: input.company, plan, created_at: now, held_at: null });
  await insertMember(tx, {
    id: memberId,
    account_id: accountId,
    email,
    name: input.name,
    role: 'administrator',
    created_at: now,
    password_hash: input.passwordHash ?? null,
  });
  await insertDestination(tx, {
    id: destinationId,
    account_id: accountId,
    type: 'duckdb',
    name: 'warehouse',
    display_name: 'Warehouse',
    description: null,
    properties: JSON.stringify({ file: warehouseFileName(destinationId) }),
    created_at: now,
    updated_at: now,
    deleted_at: null,
    paused_at: null,
    system_paused_at: null,
    created_by_credential: null,
  });
  await recordAudit(ctx, tx, {
    accountId,
    verb: 'account.create',
    subject: `account:${accountId}`,
    after: { company: input.company, plan, member: memberId, email, destination: destinationId },
  });
  effects.registry.push({ kind: 'account', accountId, held: false, apiAccess: planFeatures[plan].apiAccess });
  return { accountId, memberId, destinationId };
}
