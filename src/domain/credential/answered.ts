import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findAnsweredRequest, insertAnsweredRequest } from '../../store/queries/answered-request.ts';
import type { Tables } from '../../store/tables.ts';
import { actorName, type DomainContext } from '../context.ts';

/** A creation its caller may repeat without making a second thing. */
export interface RepeatableRequest {
  readonly accountId: number;
  /** The verb, and what it is about where that is not the account. */
  readonly verb: string;
  /** The caller's Idempotency-Key; undefined: every request is a new one. */
  readonly idempotencyKey: string | undefined;
}

/** Throws `already_created`, with the id as detail, when this actor's request was answered before. */
export async function requireUnanswered(ctx: DomainContext, tx: Transaction<Tables>, request: RepeatableRequest): Promise<void> {
  const row = answeredRow(ctx, request);
  const answered = row && (await findAnsweredRequest(tx, row));
  if (answered === undefined) return;
  const id = Number(answered.subject.split(':').at(-1));
  throw new AppError('already_created', `This request was answered already; it made ${id}, and its secret is not shown twice.`, { id });
}

/** Remembers in the creating transaction what a request made. */
export async function rememberAnswer(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  request: RepeatableRequest,
  subject: string,
): Promise<void> {
  const row = answeredRow(ctx, request);
  if (row !== undefined) await insertAnsweredRequest(tx, { ...row, subject, created_at: ctx.now() });
}

function answeredRow(
  ctx: DomainContext,
  { accountId, verb, idempotencyKey }: RepeatableRequest,
): { account_id: number; actor: string; verb: string; idempotency_key: string } | undefined {
  if (idempotencyKey === undefined) return undefined;
  return { account_id: accountId, actor: actorName(ctx.actor), verb, idempotency_key: idempotencyKey };
}
