import type { DestinationProperty, DestinationTypeCard } from '../../../contract/connect-api/destination-types.ts';
import { listDestinationProperties } from '../../../contract/connect-api/destination-types.ts';
import { AppError } from '../../../contract/errors.ts';

/** Values by property name as they are stored; null clears one. */
export interface PropertyPatch {
  readonly plain: Readonly<Record<string, string | null>>;
  /** Credentials: sealed, never returned. */
  readonly secret: Readonly<Record<string, string | null>>;
}

/** Reads submitted properties against what their type can have; scalars become text (connect-api.md §1.3). Throws `invalid_properties`. */
export function parseProperties(card: DestinationTypeCard, submitted: Readonly<Record<string, unknown>>): PropertyPatch {
  const known = new Map(listDestinationProperties(card).map((property) => [property.name, property] as const));
  const plain: Record<string, string | null> = {};
  const secret: Record<string, string | null> = {};
  const bad: string[] = [];
  for (const [name, value] of Object.entries(submitted)) {
    const property = known.get(name);
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (property === undefined || !fits(property, text)) bad.push(name);
    else (property.is_credential ? secret : plain)[name] = text;
  }
  if (bad.length > 0) {
    const names = bad.slice(0, 20).map((name) => name.slice(0, 100));
    throw new AppError('invalid_properties', `These properties do not fit the schema of ${card.type}: ${names.join(', ')}.`);
  }
  // A tunnel that is configured and not used would send what was meant to be protected over the open network.
  if (plain['encryption_type'] === 'ssh') {
    throw new AppError('invalid_properties', 'SSH tunnels (encryption_type ssh) are not available in this version; use none, with ssl.');
  }
  return { plain, secret };
}

function fits(property: DestinationProperty, value: unknown): value is string | null {
  if (value === null) return !property.is_required;
  if (typeof value !== 'string' || value === '') return false;
  const { pattern, maxLength } = property.json_schema ?? {};
  if (typeof maxLength === 'number' && value.length > maxLength) return false;
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
  return !property.name.endsWith('port') || (Number(value) >= 1 && Number(value) <= 65_535);
}

/** Stored properties after a patch: what is not named keeps its value. */
export function mergeProperties(stored: string, plain: PropertyPatch['plain']): string {
  const merged = { ...(JSON.parse(stored) as Record<string, unknown>), ...plain };
  return JSON.stringify(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
}
