import { AppError } from '../../../contract/errors.ts';
import { loadingProperties } from './loading-settings.ts';
import { reportCard } from './report-card.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Refuses properties that neither the source type nor its loading has, and settings of a value they cannot have. Throws `invalid_properties` (connect-api.md §2.3). */
export function requireKnownProperties(type: string, properties: Properties): void {
  const card = reportCard(type);
  const known = new Set(card.steps.flatMap((step) => step.properties.map((property) => property.name)));
  const bad = Object.entries(properties).filter(([name, value]) => {
    if (Object.hasOwn(loadingProperties, name)) return value !== null && !loadingProperties[name]?.some((allowed) => allowed === value);
    return !known.has(name);
  });
  if (bad.length === 0) return;
  throw new AppError('invalid_properties', 'The properties do not fit the schema of the source type.', {
    bad_properties: bad.map(([name]) => name),
    report_card: card,
  });
}

/** Stored properties after a merge patch by key, as stored: null takes a property away (connect-api.md §5.4). */
export function patchProperties(stored: string, patch: Properties): string {
  const merged = { ...(JSON.parse(stored) as Properties), ...patch };
  return JSON.stringify(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
}
