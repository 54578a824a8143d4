/** How a stream is replicated, and what is wrong with a choice of it (connect-api.md §7.3). */
import type { Metadata } from './metadata.ts';
import type { JsonSchema, StreamView } from './view.ts';

interface Replication {
  /** Undefined where the tap decides. */
  readonly method: string | undefined;
  readonly key: string | undefined;
}

/** The method and key in effect: a forced method, else the chosen one; an explicit key, else the first valid one (A11). */
function planReplication(metadata: Metadata): Replication {
  const method = forcedMethod(metadata) ?? textOf(metadata['replication-method']);
  const key = textOf(metadata['replication-key']);
  return { method, key: key ?? (method === 'INCREMENTAL' ? validKeys(metadata)?.[0] : undefined) };
}

/** What is wrong with the metadata of a stream as it would be, in a sentence; undefined when nothing is. */
export function findReplicationProblem(
  { metadata, schema, selected, fields }: StreamView,
  { logBased }: { logBased: boolean },
): string | undefined {
  const forced = forcedMethod(metadata);
  const chosen = textOf(metadata['replication-method']);
  if (forced !== undefined && chosen !== undefined && chosen !== forced) return `the replication-method is ${forced} and cannot be changed`;
  const { method, key } = planReplication(metadata);
  const isView = metadata['is-view'] === true;
  if (method === 'LOG_BASED' && forced === undefined && (isView || !logBased))
    return `replication-method LOG_BASED is not possible ${isView ? 'for a view' : 'with this type of source'}`;
  const valid = validKeys(metadata);
  if (key !== undefined) {
    if (valid === undefined ? !isOrdered(schema, fields, key) : !valid.includes(key))
      return valid === undefined
        ? `the replication-key must be an integer, date-time or timestamp field, not ${key}`
        : `the replication-key must be one of ${valid.join(', ')}, not ${key}`;
  } else if (method === 'INCREMENTAL' && forced === undefined) return 'replication-method INCREMENTAL needs a replication-key';
  return findViewProblem(metadata, { isView, selected, fields });
}

function findViewProblem(
  metadata: Metadata,
  { isView, selected, fields }: { isView: boolean; selected: boolean | null; fields: StreamView['fields'] },
): string | undefined {
  const keys = metadata['view-key-properties'];
  if (!Array.isArray(keys)) return isView && selected === true ? 'a view needs view-key-properties' : undefined;
  if (!isView) return 'only views have view-key-properties';
  const unknown = keys.filter((name) => typeof name !== 'string' || !fields.has(name));
  return unknown.length > 0 ? `view-key-properties must be fields of the view, not ${unknown.join(', ')}` : undefined;
}

function forcedMethod(metadata: Metadata): string | undefined {
  const forced = metadata['forced-replication-method'];
  // Salesforce gives its reason along with the method.
  if (typeof forced === 'object' && forced !== null && 'replication-method' in forced) return textOf(forced['replication-method']);
  return textOf(forced);
}

/** A bare string has been seen where a list belongs (connect-api.md §7.4). */
function validKeys(metadata: Metadata): readonly string[] | undefined {
  const keys = metadata['valid-replication-keys'];
  if (typeof keys === 'string') return [keys];
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : undefined;
}

/** The field has an order that grows with time or with each row. */
function isOrdered(schema: JsonSchema, fields: StreamView['fields'], field: string): boolean {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null || !Object.hasOwn(properties, field)) return false;
  const sqlType = fields.get(field)?.['sql-datatype'];
  if (typeof sqlType === 'string' && /^(timestamp|date)/i.test(sqlType)) return true;
  return isOrderedSchema((properties as JsonSchema)[field]);
}

function isOrderedSchema(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, format, anyOf } = schema as JsonSchema;
  const types = Array.isArray(type) ? type : [type];
  if (types.includes('integer') || (types.includes('string') && (format === 'date-time' || format === 'date'))) return true;
  return Array.isArray(anyOf) && anyOf.some(isOrderedSchema);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
