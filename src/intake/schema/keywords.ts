import type { JsonObject, JsonValue } from '../json/read-value.ts';
import { quoted } from '../members.ts';
import { InvalidSchemaError } from './schema-errors.ts';
import type { TypeName } from './schema-node.ts';
import { kindsOf } from './schema-node.ts';

/** Reading the keywords of a schema. Each throws `InvalidSchemaError` for a value of a type it cannot have; absent ones are undefined. */

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The error for a keyword with a value of another type. */
export function wrongKeyword(key: string, expected: string, found: JsonValue): InvalidSchemaError {
  return new InvalidSchemaError(`key ${key}: expected type is one of ${expected}, found: ${javaType(found)}`);
}

/** A sub-schema, which must be an object (import-api.md §6.1, §8.2). */
export function subSchema(value: JsonValue): JsonObject {
  if (!isObject(value)) throw wrongKeyword('null', 'JSONObject', value);
  return value;
}

export function booleanKeyword(schema: JsonObject, key: string): boolean {
  const value = schema.get(key) ?? false;
  if (typeof value !== 'boolean') throw wrongKeyword(key, 'Boolean', value);
  return value;
}

export function stringKeyword(schema: JsonObject, key: string): string | undefined {
  const value = schema.get(key);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongKeyword(key, 'String', value);
}

export function numberKeyword(schema: JsonObject, key: string): string | undefined {
  const value = schema.get(key);
  if (value === undefined) return undefined;
  const text = numberText(value);
  if (text === undefined) throw wrongKeyword(key, 'Number', value);
  if (text.length > maxNumberLength) throw new InvalidSchemaError(`key ${key}: a number of more than ${maxNumberLength} characters`);
  return text;
}

const maxNumberLength = 1000;

/** A count of zero or more. */
export function countKeyword(schema: JsonObject, key: string): number | undefined {
  const value = schema.get(key);
  if (value === undefined) return undefined;
  const text = numberText(value);
  if (text === undefined || !/^-?\d+$/.test(text)) throw wrongKeyword(key, 'Integer', value);
  if (text.startsWith('-')) throw new InvalidSchemaError(`key ${key}: expected 0 or more`);
  return Number(text);
}

export function objectKeyword(schema: JsonObject, key: string): JsonObject | undefined {
  const value = schema.get(key);
  if (value === undefined || isObject(value)) return value;
  throw wrongKeyword(key, 'JSONObject', value);
}

export function listKeyword(schema: JsonObject, key: string): readonly JsonValue[] | undefined {
  const value = schema.get(key);
  if (value === undefined || isList(value)) return value;
  throw wrongKeyword(key, 'JSONArray', value);
}

/** Strings of a list, each once. */
export function namesOf(key: string, values: readonly JsonValue[]): readonly string[] {
  for (const value of values) if (typeof value !== 'string') throw wrongKeyword(key, 'String', value);
  return [...new Set(values as readonly string[])];
}

/** The types of a schema; undefined when it has no `type`. */
export function typeKeyword(schema: JsonObject): { readonly names: readonly TypeName[]; readonly isUnion: boolean } | undefined {
  const value = schema.get('type');
  if (value === undefined) return undefined;
  if (typeof value !== 'string' && !isList(value)) throw wrongKeyword('type', 'JSONArray or String', value);
  const names = namesOf('type', isList(value) ? value : [value]);
  for (const name of names) if (!Object.hasOwn(kindsOf, name)) throw new InvalidSchemaError(`unknown type: [${quoted(name)}]`);
  return { names: names as readonly TypeName[], isUnion: isList(value) };
}

function numberText(value: JsonValue): string | undefined {
  const isNumber = value !== null && typeof value === 'object' && !isList(value) && !isObject(value);
  return isNumber ? value.number : undefined;
}

function javaType(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'string') return 'String';
  if (isList(value)) return 'JSONArray';
  if (isObject(value)) return 'JSONObject';
  return /[.eE]/.test(numberText(value) ?? '') ? 'Double' : 'Integer';
}
