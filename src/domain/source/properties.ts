import type { CardProperty } from '../../../contract/connect-api/report-card.ts';
import { findDeclaredType } from '../../../contract/connect-api/source-types.ts';
import { AppError } from '../../../contract/errors.ts';
import { fitsSchema } from './fits-schema.ts';
import { loadingProperties } from './loading-settings.ts';
import { parseInstant } from './parse-instant.ts';
import { reportCard } from './report-card.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Submitted properties as they are stored; null clears one. */
export interface SourcePatch {
  readonly plain: Properties;
  /** Credentials: sealed, never returned. */
  readonly secret: Readonly<Record<string, string | null>>;
}

/** Far more than any property needs; deeper values would end the process that writes them. */
const maxDepth = 20;

/**
 * Reads submitted properties against what the type and its loading have; scalars become text (connect-api.md §1.3, §5.2). What is read-only
 * is refused, and another value for what is set once: when a source that is sent to us is created, else at any time. Throws `invalid_properties`, with the given card.
 */
export function parseSourceProperties(
  type: string,
  submitted: Properties,
  existing?: { stored: Properties; card: ReturnType<typeof reportCard> },
): SourcePatch {
  const { stored, card } = existing ?? { stored: {}, card: reportCard(type) };
  // What arrived is keyed by it.
  const isClosed = existing !== undefined && findDeclaredType(type)?.delivery === 'push';
  const known = new Map(card.steps.flatMap((step) => step.properties.map((property) => [property.name, property] as const)));
  const plain: Record<string, unknown> = {};
  const secret: Record<string, string | null> = {};
  const bad: string[] = [];
  for (const [name, value] of Object.entries(submitted)) {
    const property = known.get(name);
    const read = Object.hasOwn(loadingProperties, name)
      ? readSetting(name, value)
      : property && readProperty(property, value, { stored, isClosed });
    if (read === undefined) bad.push(name);
    else if (property?.is_credential === true) secret[name] = read.value === null ? null : toText(read.value);
    else plain[name] = read.value;
  }
  if (bad.length === 0) return { plain, secret };
  throw new AppError('invalid_properties', 'The properties do not fit the schema of the source type.', {
    bad_properties: bad,
    report_card: card,
  });
}

/** Stored properties after a merge patch by key; an optional property that was cleared stays as null (connect-api.md §5.6, A21). */
export function mergeSourceProperties(stored: Properties, plain: Properties): Record<string, unknown> {
  const merged = { ...stored, ...plain };
  return Object.fromEntries(
    Object.entries(merged).filter(
      ([name, value]) => value !== null || (Object.hasOwn(stored, name) && !Object.hasOwn(loadingProperties, name)),
    ),
  );
}

/** What a source has besides what was submitted: the values Thimble chooses, and an interval (connect-api.md §5.2). */
export function fillProperties(source: { id: number; accountId: number; type: string }, properties: Properties): Record<string, unknown> {
  const declared = findDeclaredType(source.type);
  if (declared === undefined) throw new Error(`no source type ${source.type}`);
  const place = (text: string): string => text.replace('{source}', String(source.id)).replace('{account}', String(source.accountId));
  const open = Object.entries(declared.chosen ?? {}).filter(([name]) => (properties[name] ?? null) === null);
  const chosen = Object.fromEntries(open.map(([name, text]) => [name, place(text)]));
  if (declared.delivery === 'push') return { ...properties, ...chosen };
  const { image_version: image = '1.latest', default_scheduling_interval: interval = 60 } = declared.details ?? {};
  return {
    image_version: image,
    product: 'pipeline',
    ...properties,
    ...chosen,
    frequency_in_minutes: properties['frequency_in_minutes'] ?? String(interval),
  };
}

function readSetting(name: string, value: unknown): { value: unknown } | undefined {
  return value === null || loadingProperties[name]?.some((allowed) => allowed === value) === true ? { value } : undefined;
}

function readProperty(
  property: CardProperty,
  value: unknown,
  { stored, isClosed }: { stored: Properties; isClosed: boolean },
): { value: unknown } | undefined {
  const { name, property_type: kind, json_schema: schema } = property;
  if (kind === 'read_only') return undefined;
  const read = normalize(name, value);
  const before = stored[name] ?? null;
  const isFixed = kind === 'user_provided_immutable' && (isClosed || before !== null);
  if (isFixed) return JSON.stringify(read) === JSON.stringify(before) ? { value: read } : undefined;
  if (read === null) return { value: null };
  if (read === undefined || read === '' || (name === 'cron_expression' && typeof read !== 'string')) return undefined;
  return schema === null || fitsSchema(schema, value) || fitsSchema(schema, read) ? { value: read } : undefined;
}

/** As it is stored; undefined for what cannot be kept as it is. */
function normalize(name: string, value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\0')) return undefined;
    return name === 'anchor_time' ? parseInstant(value)?.toISOString() : value;
  }
  return isShallow(value, maxDepth) ? value : undefined;
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((each) => isShallow(each, depth - 1));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
