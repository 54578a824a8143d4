import { findSourceType, sourceTypes } from '../../../contract/connect-api/source-types.ts';
import type { TypeCard } from '../../../contract/connect-api/report-card.ts';
import { AppError } from '../../../contract/errors.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures, type Plan } from '../account/plans.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** The cards of all source types; `details.access` is the account's. Throws `invalid_id`. */
export async function listSourceTypes(ctx: DomainContext, accountId: number): Promise<TypeCard[]> {
  requireAccount(ctx.actor, accountId);
  const { plan } = await getAccount(ctx.store.read, accountId);
  return sourceTypes.map((card) => ({ ...card, details: { ...card.details, access: hasAccess(card, plan) } }));
}

/** One of them. Throws `invalid_type`. */
export async function getSourceType(ctx: DomainContext, accountId: number, type: string): Promise<TypeCard> {
  const card = requireSourceType(type);
  requireAccount(ctx.actor, accountId);
  const { plan } = await getAccount(ctx.store.read, accountId);
  return { ...card, details: { ...card.details, access: hasAccess(card, plan) } };
}

/** The card of a source type. Throws `invalid_type`. */
export function requireSourceType(type: string): TypeCard {
  const card = findSourceType(type);
  if (card === undefined) throw new AppError('invalid_type', `Source type not found (${type}).`);
  return card;
}

/** Whether an account on this plan may create sources of a type (connect-api.md §6.4). */
export function hasAccess({ details }: TypeCard, plan: Plan): boolean {
  return details.access && (details.pricing_tier === 'standard' || planFeatures[plan].enterpriseTypes);
}
