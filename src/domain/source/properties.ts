import { AppError } from '../../../contract/errors.ts';
import { reportCard } from './report-card.ts';

/** Refuses properties the source type does not have. Throws `invalid_properties` (connect-api.md §2.3). */
export function requireKnownProperties(type: string, properties: Readonly<Record<string, unknown>>): void {
  const card = reportCard(type);
  const known = new Set(card.steps.flatMap((step) => step.properties.map((property) => property.name)));
  const unknown = Object.keys(properties).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new AppError('invalid_properties', 'The properties do not fit the schema of the source type.', {
    bad_properties: unknown,
    report_card: card,
  });
}
