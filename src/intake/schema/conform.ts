import type { ByteWriter } from '../../batch/byte-writer.ts';
import { createByteWriter } from '../../batch/byte-writer.ts';
import type { TapeSource } from '../json/read-value.ts';
import { lastMembers } from '../json/read-value.ts';
import { unescapeString } from '../json/strings.ts';
import { Kind, nextEntry } from '../json/tape.ts';
import { hasUniqueItems, isEnumerated } from './equality.ts';
import { findProperty } from './property-table.ts';
import { SchemaDepthError } from './schema-errors.ts';
import type { ArrayRules, ObjectRules, SchemaNode, TextSlice } from './schema-node.ts';
import type { Work } from './work.ts';
import { spend } from './work.ts';

/** Sub-schemas inside one another while one record is checked; records nest at most 512 deep. */
const maxSchemaDepth = 1500;

/** What checking needs besides the schema; one for a request. */
export interface Check extends TapeSource {
  readonly work: Work;
  readonly text: TextSlice;
  readonly scratch: ByteWriter;
  depth: number;
  /** A stack: for each member of the objects being checked, its index in their property table. */
  properties: Int32Array;
  propertiesLength: number;
  /** By object check: the number of the check that last saw a name. */
  seen: Int32Array;
  seenBy: number;
}

export function createCheck(source: TapeSource, work: Work): Check {
  const { bytes, tape } = source;
  return {
    bytes,
    tape,
    work,
    text: { bytes, start: 0, end: 0 },
    scratch: createByteWriter(64),
    depth: 0,
    properties: new Int32Array(64),
    propertiesLength: 0,
    seen: new Int32Array(64),
    seenBy: 0,
  };
}

/**
 * Whether the value at an entry conforms to a schema. Every occurrence of a repeated key is checked.
 * Throws `WorkLimitError` and `SchemaDepthError`.
 */
export function conforms(check: Check, node: SchemaNode, at: number): boolean {
  spend(check.work, 1);
  const kind = check.tape.kinds[at] as Kind;
  if (((node.kinds >> kind) & 1) === 0) return false;
  if (node.isPlain) return true;
  switch (kind) {
    case Kind.integer:
    case Kind.fraction:
      if (node.numbers.length > 0 && !conformsNumber(check, node, at)) return false;
      break;
    case Kind.string:
    case Kind.escapedString:
      if (node.strings.length > 0 && !conformsString(check, node, at)) return false;
      break;
    case Kind.object:
      if (node.object && !conformsObject(check, node.object, at)) return false;
      break;
    case Kind.array:
      if (node.array && !conformsArray(check, node.array, at)) return false;
      break;
    default:
  }
  if (node.enumeration && !isEnumerated(check, at, node.enumeration, check.work)) return false;
  return conformsCombined(check, node, at);
}

function conformsCombined(check: Check, node: SchemaNode, at: number): boolean {
  if (!node.allOf && !node.anyOf && !node.oneOf && !node.not) return true;
  descend(check);
  const result =
    (!node.allOf || node.allOf.every((part) => conforms(check, part, at))) &&
    (!node.anyOf || node.anyOf.some((part) => conforms(check, part, at))) &&
    (!node.oneOf || countConforming(check, node.oneOf, at, 2) === 1) &&
    (!node.not || !conforms(check, node.not, at));
  check.depth--;
  return result;
}

/** How many of the schemas the value conforms to; counts no further than `enough`. */
export function countConforming(check: Check, nodes: readonly SchemaNode[], at: number, enough: number): number {
  let count = 0;
  for (const node of nodes) if (count < enough && conforms(check, node, at)) count++;
  return count;
}

/** One level down; the caller takes it back with `check.depth--`. After an error the check is not used again. */
export function descend(check: Check): void {
  if (++check.depth > maxSchemaDepth) throw new SchemaDepthError();
}

function conformsNumber({ bytes, tape, work }: Check, node: SchemaNode, at: number): boolean {
  const start = tape.starts[at] as number;
  const end = tape.ends[at] as number;
  spend(work, (end - start) >> 4);
  for (const rule of node.numbers) if (!rule.test(bytes, start, end, work)) return false;
  return true;
}

function conformsString(check: Check, node: SchemaNode, at: number): boolean {
  const text = textAt(check, at);
  spend(check.work, ((text.end - text.start) * node.strings.length) >> 4);
  for (const rule of node.strings) if (!rule.test(text, check.work)) return false;
  return true;
}

/** The text of a string entry, until the next call. */
export function textAt(check: Check, at: number): TextSlice {
  const { tape, text, scratch } = check;
  text.bytes = check.bytes;
  text.start = tape.starts[at] as number;
  text.end = tape.ends[at] as number;
  if (tape.kinds[at] === Kind.string) return text;
  scratch.length = 0;
  unescapeString(check.bytes, text.start, text.end, scratch);
  text.bytes = scratch.bytes;
  text.start = 0;
  text.end = scratch.length;
  return text;
}

function conformsObject(check: Check, rules: ObjectRules, at: number): boolean {
  const { tape, work } = check;
  const base = check.propertiesLength;
  if (!marksProperties(check, rules, at)) {
    check.propertiesLength = base;
    return false;
  }
  descend(check);
  const end = tape.ends[at] as number;
  let result = true;
  let place = base;
  for (let key = at + 1; result && key < end; key = nextEntry(tape, key + 1)) {
    const index = check.properties[place++] as number;
    const schema = index < 0 ? undefined : rules.schemas[index];
    result = schema ? conforms(check, schema, key + 1) : true;
    if (result && (rules.patterns.length > 0 || (!schema && rules.additional)))
      result = conformsOther(check, rules, key, schema !== undefined);
  }
  if (result) {
    for (const { property, schema } of rules.dependencies) {
      spend(work, place - base);
      if (result && schema && hasProperty(check, base, place, property)) result = conforms(check, schema, at);
    }
  }
  check.propertiesLength = base;
  check.depth--;
  return result;
}

/** Leaves the index of every member's name on the stack, and checks all that does not look into values. */
function marksProperties(check: Check, rules: ObjectRules, at: number): boolean {
  const { tape, work } = check;
  const { table, required } = rules;
  const count = tape.starts[at] as number;
  spend(work, count + rules.dependencies.length);
  reserveProperties(check, count, table.names.length);
  if (++check.seenBy === 0x7fffffff) resetSeen(check);
  const { properties, seen, seenBy } = check;
  const end = tape.ends[at] as number;
  let previous = table.names.length;
  let requiredCount = 0;
  for (let key = at + 1; key < end; key = nextEntry(tape, key + 1)) {
    const index = findProperty(table, check, key, previous);
    properties[check.propertiesLength++] = index;
    if (index < 0) continue;
    previous = index;
    if (seen[index] === seenBy) continue;
    seen[index] = seenBy;
    if (required[index]) requiredCount++;
  }
  if (requiredCount < rules.requiredCount) return false;
  for (const { property, needs } of rules.dependencies) {
    if (seen[property] !== seenBy) continue;
    spend(work, needs.length);
    if (needs.some((need) => seen[need] !== seenBy)) return false;
  }
  if (rules.minProperties > 0 || rules.maxProperties < count) {
    spend(work, count * 5);
    const distinct = lastMembers(check, at).size;
    return distinct >= rules.minProperties && distinct <= rules.maxProperties;
  }
  return true;
}

function hasProperty({ properties }: Check, from: number, to: number, property: number): boolean {
  for (let place = from; place < to; place++) if (properties[place] === property) return true;
  return false;
}

function reserveProperties(check: Check, members: number, names: number): void {
  const needed = check.propertiesLength + members;
  if (needed > check.properties.length) {
    const grown = new Int32Array(needed * 2);
    grown.set(check.properties);
    check.properties = grown;
  }
  if (names > check.seen.length) check.seen = new Int32Array(names * 2);
}

function resetSeen(check: Check): void {
  check.seen.fill(0);
  check.seenBy = 1;
}

/** A member against `patternProperties` and, when nothing else speaks about it, `additionalProperties`. */
function conformsOther(check: Check, rules: ObjectRules, key: number, isListed: boolean): boolean {
  let isKnown = isListed;
  for (const { pattern, schema } of rules.patterns) {
    const name = textAt(check, key);
    if (!pattern.test(name.bytes.subarray(name.start, name.end), check.work)) continue;
    isKnown = true;
    if (!conforms(check, schema, key + 1)) return false;
  }
  if (isKnown || !rules.additional) return true;
  return rules.additional !== 'forbidden' && conforms(check, rules.additional, key + 1);
}

function conformsArray(check: Check, rules: ArrayRules, at: number): boolean {
  const { tape } = check;
  const count = tape.starts[at] as number;
  if (count < rules.minItems || count > rules.maxItems) return false;
  if (rules.additional === 'forbidden' && count > rules.tuple.length) return false;
  descend(check);
  const end = tape.ends[at] as number;
  let result = true;
  let index = 0;
  for (let element = at + 1; result && element < end; element = nextEntry(tape, element)) {
    const schema = itemSchema(rules, index++);
    if (schema) result = conforms(check, schema, element);
  }
  check.depth--;
  return result && (!rules.uniqueItems || hasUniqueItems(check, at, check.work));
}

/** The schema for the element at a place. */
export function itemSchema(rules: ArrayRules, index: number): SchemaNode | undefined {
  return rules.items ?? rules.tuple[index] ?? (rules.additional === 'forbidden' ? undefined : rules.additional);
}
