import { type DestinationCard, listDestinationProperties } from '../../../contract/connect-api/destination-types.ts';
import type { Actor } from '../context.ts';
import type { PropertyPatch } from './properties.ts';
import type { DestinationView } from './view.ts';

/** Whether a change makes a partner's destination the account's own: all of its credentials are somebody else's now. */
export function isTakenOver({ row, card }: DestinationView, secret: PropertyPatch['secret'], actor: Actor): boolean {
  const isOwn = actor.kind === 'member' || actor.kind === 'api_key' || actor.kind === 'operator';
  if (row.partner_id === null || !isOwn) return false;
  return credentialsOf(card).length > 0 && listOwedCredentials(card, secret).length === 0;
}

/** The credentials a destination has or needs that a change leaves as they are. */
export function listOwedCredentials(card: DestinationCard, secret: PropertyPatch['secret']): string[] {
  return credentialsOf(card)
    .filter(({ name, is_required: required }) => (required ? typeof secret[name] !== 'string' : secret[name] === undefined))
    .map(({ name }) => name);
}

function credentialsOf(card: DestinationCard): DestinationCard['steps'][number]['properties'] {
  return listDestinationProperties(card).filter((property) => property.is_credential && (property.is_required || property.provided));
}
