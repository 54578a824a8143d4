import type { JsonObject, JsonValue } from '../json/read-value.ts';
import { findReferenced } from './reference.ts';
import { InvalidSchemaError } from './schema-errors.ts';

/** How a JSON Schema types the values at one path (loading.md §4.1). Parts below are made when first asked for. */
export interface Typing {
  /** What an integer token becomes; `own`: an integer. */
  readonly integers: 'own' | 'double' | 'decimal';
  /** What a number with a fraction or exponent becomes; `own`: a double. */
  readonly fractions: 'own' | 'decimal';
  /** A string that is a date-time becomes a timestamp. */
  readonly dateTime: boolean;
  /** A string that is a number becomes a decimal (`singer.decimal`). */
  readonly decimalString: boolean;
  property(name: string): Typing | undefined;
  items(): Typing | undefined;
}

/** What a schema lets the reading of one request look at; a sensible one needs a thousandth. */
const maxBranches = 1_000_000;

interface Compiler {
  readonly root: JsonObject;
  branchesLeft: number;
}

/**
 * Compiles the typing of a schema. A path the schema says nothing about has none: its values are typed as push types them.
 * Where several types are allowed, each value keeps its own. `property` and `items` throw `InvalidSchemaError`, as does this.
 */
export function compileTyping(schema: JsonObject): Typing {
  return typingOf({ root: schema, branchesLeft: maxBranches }, [schema]);
}

function typingOf(compiler: Compiler, schemas: readonly JsonValue[]): Typing {
  const branches = expand(compiler, schemas);
  const types = new Set(branches.flatMap(typeNames));
  const untyped = types.size === 0;
  const decimal = branches.some((branch) => branch.has('multipleOf') && (untyped || typeNames(branch).includes('number')));
  const ownIntegers = types.has('integer') || (!types.has('number') && !decimal);
  const hasFormat = (format: string): boolean =>
    branches.some((branch) => branch.get('format') === format && (typeNames(branch).length === 0 || typeNames(branch).includes('string')));
  let properties: Map<string, JsonValue[]> | undefined;
  return {
    integers: ownIntegers ? 'own' : decimal ? 'decimal' : 'double',
    fractions: decimal ? 'decimal' : 'own',
    dateTime: hasFormat('date-time'),
    decimalString: hasFormat('singer.decimal'),
    property: (name) => below(compiler, (properties ??= mergeProperties(compiler, branches)).get(name)),
    items: () =>
      below(
        compiler,
        branches.map((branch) => branch.get('items') ?? null),
      ),
  };
}

function below(compiler: Compiler, found: readonly JsonValue[] | undefined): Typing | undefined {
  const schemas = found?.filter((schema) => schema instanceof Map) ?? [];
  return schemas.length > 0 ? typingOf(compiler, schemas) : undefined;
}

/** The schemas of each property, over all branches. */
function mergeProperties(compiler: Compiler, branches: readonly JsonObject[]): Map<string, JsonValue[]> {
  const merged = new Map<string, JsonValue[]>();
  for (const branch of branches) {
    const properties = branch.get('properties');
    if (!(properties instanceof Map)) continue;
    for (const [name, schema] of properties as JsonObject) {
      spend(compiler);
      const list = merged.get(name);
      if (list) list.push(schema);
      else merged.set(name, [schema]);
    }
  }
  return merged;
}

function spend(compiler: Compiler): void {
  if (--compiler.branchesLeft < 0) throw new InvalidSchemaError('it has too many alternatives');
}

function typeNames(branch: JsonObject): readonly JsonValue[] {
  const type = branch.get('type');
  if (type === undefined) return [];
  return (Array.isArray(type) ? (type as readonly JsonValue[]) : [type]).filter((name) => name !== 'null');
}

/** The schemas with everything their `$ref`, `anyOf`, `oneOf` and `allOf` lead to, each once. */
function expand(compiler: Compiler, schemas: readonly JsonValue[]): readonly JsonObject[] {
  const branches = new Set<JsonObject>();
  const references = new Set<JsonObject>();
  const open: JsonValue[] = [...schemas];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    spend(compiler);
    if (!(schema instanceof Map) || branches.has(schema as JsonObject) || references.has(schema as JsonObject)) continue;
    const branch = schema as JsonObject;
    const reference = branch.get('$ref');
    if (typeof reference === 'string') {
      // What stands beside a `$ref` is ignored, as the validator does.
      references.add(branch);
      open.push(findReferenced(compiler.root, reference) ?? null);
      continue;
    }
    branches.add(branch);
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      const parts = branch.get(keyword);
      if (Array.isArray(parts)) for (const part of parts as readonly JsonValue[]) open.push(part);
    }
  }
  return [...branches];
}
