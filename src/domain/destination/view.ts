import type { Kysely } from 'kysely';
import { type DestinationCard, findDestinationType, listDestinationProperties } from '../../../contract/connect-api/destination-types.ts';
import { type ConnectionCheckRow, findConnectionCheck } from '../../store/queries/connection-check.ts';
import { listConnectionSecrets } from '../../store/queries/connection-secret.ts';
import type { DestinationRow } from '../../store/queries/destination.ts';
import { findPartner } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import { findHold, type Hold } from './hold.ts';

export type { ConnectionCheckRow, DestinationRow };

/** A destination as its owner may see it: everything but the credentials. */
export interface DestinationView {
  readonly row: DestinationRow;
  /** Properties that may be returned, as text. */
  readonly properties: Readonly<Record<string, string>>;
  readonly card: DestinationCard;
  readonly check: ConnectionCheckRow | undefined;
  /** Undefined while it may be loaded into. */
  readonly hold: Hold | undefined;
  /** Name of the partner that created it, unless somebody took it over. */
  readonly partner: string | undefined;
}

/** Reads what belongs to a destination's row, as it is at `now`. */
export async function viewDestination(db: Kysely<Tables>, row: DestinationRow, now: number): Promise<DestinationView> {
  const secrets = await listConnectionSecrets(db, row.id);
  const stored = JSON.parse(row.properties) as Record<string, unknown>;
  const card = destinationCard(row.type, new Set([...Object.keys(stored), ...secrets.map(({ property }) => property)]));
  const shown = listDestinationProperties(card).filter(({ is_credential: hidden }) => !hidden);
  const properties = shown.flatMap(({ name }): [string, string][] => {
    const value = stored[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return {
    row,
    properties: Object.fromEntries(properties),
    card,
    check: await findConnectionCheck(db, row.id),
    hold: await findHold(db, row, now),
    partner: row.partner_id === null ? undefined : (await findPartner(db, row.partner_id))?.name,
  };
}

/** The report card of a destination: configured once every required property is there, whatever its check says (connect-api.md §9.1, A16). */
function destinationCard(type: string, provided: ReadonlySet<string>): DestinationCard {
  const found = findDestinationType(type);
  if (found === undefined) throw new Error(`no destination type ${type}`);
  const steps = found.steps.map((step) => ({
    ...step,
    properties: step.properties.map((property) => ({ ...property, provided: provided.has(property.name) })),
  }));
  const isOpen = steps.some((step) => step.properties.some((property) => property.is_required && !property.provided));
  return { type, current_step: isOpen ? 1 : 2, current_step_type: isOpen ? 'form' : 'fully_configured', steps };
}

/** Whether nothing is missing to connect. */
export function isConfigured({ card }: DestinationView): boolean {
  return card.current_step_type === 'fully_configured';
}
