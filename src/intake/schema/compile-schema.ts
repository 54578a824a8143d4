import type { JsonObject, JsonValue } from '../json/read-value.ts';
import { quoted } from '../members.ts';
import { canonicalText, createEnumeration } from './equality.ts';
import {
  booleanKeyword,
  countKeyword,
  isList,
  isObject,
  listKeyword,
  namesOf,
  objectKeyword,
  subSchema,
  typeKeyword,
  wrongKeyword,
} from './keywords.ts';
import type { PatternSet } from './patterns.ts';
import { createPatternSet } from './patterns.ts';
import { createPropertyTable } from './property-table.ts';
import { findReferenced } from './reference.ts';
import { InvalidSchemaError } from './schema-errors.ts';
import type { ArrayRules, Dependency, ObjectRules, SchemaNode } from './schema-node.ts';
import { anyKind, kindsOf } from './schema-node.ts';
import { numberRules, stringRules } from './value-rules.ts';
import type { Work } from './work.ts';

/** Sub-schemas of one schema, each counted once however often it is referred to. */
const maxNodes = 50_000;

export interface CompiledSchema {
  readonly root: SchemaNode;
  /** How many sub-schemas and patterns it has. */
  readonly nodes: number;
  readonly patterns: number;
}

/**
 * Compiles a JSON Schema of draft-04 (import-api.md §6). Only what the root leads to is looked at; unknown keywords and formats are ignored.
 * Throws `InvalidSchemaError`, and `WorkLimitError` when compiling the patterns takes more than `work` has.
 */
export function compileSchema(schema: JsonObject, work: Work): CompiledSchema {
  const patterns = createPatternSet(work);
  const nodes = new Map<JsonObject, SchemaNode>();
  // A queue instead of recursion: references can lead far without nesting.
  const open: JsonObject[] = [];
  const nodeOf = (value: JsonValue): SchemaNode => {
    const target = dereference(schema, subSchema(value));
    const known = nodes.get(target);
    if (known) return known;
    if (nodes.size >= maxNodes) throw new InvalidSchemaError(`more than ${maxNodes} sub-schemas`);
    const node = emptyNode();
    nodes.set(target, node);
    open.push(target);
    return node;
  };
  const root = nodeOf(schema);
  for (let next = open.pop(); next; next = open.pop()) Object.assign(nodes.get(next) ?? root, compileKeywords(next, nodeOf, patterns));
  return { root, nodes: nodes.size, patterns: patterns.size };
}

/** Follows `$ref` to a schema without one. What stands beside a `$ref` is ignored (JSON Reference, section 3). */
function dereference(root: JsonObject, schema: JsonObject): JsonObject {
  const passed = new Set<JsonObject>();
  let at = schema;
  for (let reference = at.get('$ref'); reference !== undefined; reference = at.get('$ref')) {
    if (typeof reference !== 'string') throw wrongKeyword('$ref', 'String', reference);
    if (!reference.startsWith('#')) throw new InvalidSchemaError(`$ref [${quoted(reference)}] is not local; others are never fetched`);
    if (passed.has(at)) throw new InvalidSchemaError(`$ref [${quoted(reference)}] leads back to itself`);
    passed.add(at);
    const found = findReferenced(root, reference);
    if (found === undefined) throw new InvalidSchemaError(`$ref [${quoted(reference)}] points to nothing`);
    at = subSchema(found);
  }
  return at;
}

function emptyNode(): SchemaNode {
  return {
    kinds: anyKind,
    types: [],
    isUnion: false,
    isPlain: true,
    strings: [],
    numbers: [],
    object: undefined,
    array: undefined,
    enumeration: undefined,
    allOf: undefined,
    anyOf: undefined,
    oneOf: undefined,
    not: undefined,
    notText: '',
  };
}

type NodeOf = (value: JsonValue) => SchemaNode;

function compileKeywords(schema: JsonObject, nodeOf: NodeOf, patterns: PatternSet): SchemaNode {
  const type = typeKeyword(schema);
  const enumeration = listKeyword(schema, 'enum');
  const not = schema.get('not');
  const node: SchemaNode = {
    kinds: type ? type.names.reduce((kinds, name) => kinds | kindsOf[name], 0) : anyKind,
    types: type?.names ?? [],
    isUnion: type?.isUnion ?? false,
    isPlain: false,
    strings: stringRules(schema, patterns),
    numbers: numberRules(schema),
    object: objectRules(schema, nodeOf, patterns),
    array: arrayRules(schema, nodeOf),
    enumeration: enumeration && createEnumeration(enumeration),
    allOf: listKeyword(schema, 'allOf')?.map(nodeOf),
    anyOf: listKeyword(schema, 'anyOf')?.map(nodeOf),
    oneOf: listKeyword(schema, 'oneOf')?.map(nodeOf),
    not: not === undefined ? undefined : nodeOf(not),
    notText: not === undefined ? '' : quoted(canonicalText(not)),
  };
  const { strings, numbers, object, array, allOf, anyOf, oneOf } = node;
  const rules = [object, array, node.enumeration, allOf, anyOf, oneOf, node.not];
  node.isPlain = strings.length === 0 && numbers.length === 0 && rules.every((rule) => rule === undefined);
  return node;
}

function objectRules(schema: JsonObject, nodeOf: NodeOf, patterns: PatternSet): ObjectRules | undefined {
  const properties = objectKeyword(schema, 'properties');
  const required = namesOf('required', listKeyword(schema, 'required') ?? []);
  const patternProperties = objectKeyword(schema, 'patternProperties');
  const dependencies = objectKeyword(schema, 'dependencies');
  const additional = additionalKeyword(schema, 'additionalProperties', nodeOf);
  const minProperties = countKeyword(schema, 'minProperties') ?? 0;
  const maxProperties = countKeyword(schema, 'maxProperties') ?? Number.POSITIVE_INFINITY;
  const needed = [...(dependencies ?? [])].map(([name, value]) => ({
    name,
    needs: isList(value) ? namesOf('dependencies', value) : [],
    value,
  }));
  const names = [...new Set([...(properties?.keys() ?? []), ...required, ...needed.flatMap(({ name, needs }) => [name, ...needs])])];
  const isNone = names.length === 0 && !patternProperties && additional === undefined && minProperties === 0;
  if (isNone && maxProperties === Number.POSITIVE_INFINITY) return undefined;
  const table = createPropertyTable(names);
  const indexOf = (name: string): number => table.indexes.get(name) ?? -1;
  const isRequired = new Set(required);
  return {
    table,
    schemas: names.map((name) => {
      const property = properties?.get(name);
      return property === undefined ? undefined : nodeOf(property);
    }),
    required: names.map((name) => isRequired.has(name)),
    requiredCount: required.length,
    patterns: [...(patternProperties ?? [])].map(([source, value]) => ({ pattern: patterns.add(source), schema: nodeOf(value) })),
    additional,
    minProperties,
    maxProperties,
    dependencies: needed.map(({ name, needs, value }): Dependency => {
      if (!isList(value) && !isObject(value)) throw wrongKeyword('dependencies', 'JSONArray or JSONObject', value);
      return { property: indexOf(name), needs: needs.map(indexOf), schema: isList(value) ? undefined : nodeOf(value) };
    }),
  };
}

function arrayRules(schema: JsonObject, nodeOf: NodeOf): ArrayRules | undefined {
  const items = schema.get('items');
  const additional = additionalKeyword(schema, 'additionalItems', nodeOf);
  const minItems = countKeyword(schema, 'minItems') ?? 0;
  const maxItems = countKeyword(schema, 'maxItems') ?? Number.POSITIVE_INFINITY;
  const uniqueItems = booleanKeyword(schema, 'uniqueItems');
  if (items !== undefined && !isList(items) && !isObject(items)) throw wrongKeyword('items', 'JSONArray or JSONObject', items);
  if (items === undefined && minItems === 0 && maxItems === Number.POSITIVE_INFINITY && !uniqueItems) return undefined;
  return {
    items: isObject(items) ? nodeOf(items) : undefined,
    tuple: isList(items) ? items.map(nodeOf) : [],
    additional: isList(items) ? additional : undefined,
    minItems,
    maxItems,
    uniqueItems,
  };
}

function additionalKeyword(schema: JsonObject, key: string, nodeOf: NodeOf): SchemaNode | 'forbidden' | undefined {
  const value = schema.get(key);
  if (value === undefined || value === true) return undefined;
  if (value === false) return 'forbidden';
  if (!isObject(value)) throw wrongKeyword(key, 'Boolean or JSONObject', value);
  return nodeOf(value);
}
