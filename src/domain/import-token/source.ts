import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { isPushType, isWebhookType } from '../../../contract/webhook-types.ts';
import { findSource, type SourceRow } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { tokensPerSource } from '../credential/slots.ts';
import { getLiveSource, unknownSource } from '../source/find.ts';

/** The live source that import tokens or webhook URLs are made for. Throws `invalid_id`, `invalid_type`. */
export async function getLiveTokenSource(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<SourceRow> {
  return requireTokens(await getLiveSource(db, accountId, sourceId));
}

/** Such a source in any state. Throws `invalid_id`, `invalid_type`. */
export async function getTokenSource(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<SourceRow> {
  const source = await findSource(db, accountId, sourceId);
  if (source === undefined) throw unknownSource(sourceId);
  return requireTokens(source);
}

/** For the surfaces that know import tokens only. A type never changes. Throws `invalid_id`, `invalid_type`. */
export async function requireImportApi(ctx: DomainContext, accountId: number, sourceId: number): Promise<void> {
  requireAccount(ctx.actor, accountId);
  const source = await getTokenSource(ctx.store.read, accountId, sourceId);
  if (isWebhookType(source.type)) throw withoutTokens(source);
}

/** The error when both slots of a source are taken. */
export function tooManyTokens(type: string, sourceId: number): AppError<'token_limit_exceeded'> {
  const what = isWebhookType(type) ? 'webhook URLs' : 'tokens';
  return new AppError('token_limit_exceeded', `The source has ${tokensPerSource} ${what} (${sourceId}).`);
}

function requireTokens(source: SourceRow): SourceRow {
  if (!isPushType(source.type)) throw withoutTokens(source);
  return source;
}

function withoutTokens({ type }: SourceRow): AppError<'invalid_type'> {
  return new AppError('invalid_type', `Sources of this type have no tokens (${type}).`);
}
