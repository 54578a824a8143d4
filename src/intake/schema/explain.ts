import { foundType } from '../batch-answers.ts';
import { lastMembers, readString, readValue } from '../json/read-value.ts';
import { Kind, nextEntry } from '../json/tape.ts';
import { quoted } from '../members.ts';
import type { Check } from './conform.ts';
import { conforms, countConforming, descend, itemSchema, textAt } from './conform.ts';
import { canonicalText, hasUniqueItems, isEnumerated } from './equality.ts';
import type { Failure } from './failure.ts';
import { failure, groupFailures } from './failure.ts';
import { javaNumber } from './java-number.ts';
import type { ObjectRules, SchemaNode, TypeName } from './schema-node.ts';
import { expectedNames, kindsOf } from './schema-node.ts';

/** Failures kept for one record. More are not looked for: the record is refused in any case. */
const maxFailures = 200;

/** What is wrong with the value at an entry; empty exactly when it conforms. For the one record that is refused, so it may be slow. */
export function explain(check: Check, node: SchemaNode, at: number): readonly Failure[] {
  return groupFailures('#', explainNode({ check, left: maxFailures }, node, at, '#'));
}

interface Explanation {
  readonly check: Check;
  left: number;
}

function explainNode(explanation: Explanation, node: SchemaNode, at: number, path: string): readonly Failure[] {
  const { check } = explanation;
  if (explanation.left <= 0 || conforms(check, node, at)) return [];
  descend(check);
  const failures = [...explainType(explanation, node, at, path), ...explainCombined(explanation, node, at, path)];
  check.depth--;
  return failures;
}

/** A place below `path`: RFC 6901 escapes, long names cut. */
function below(path: string, name: string | number): string {
  return `${path}/${quoted(String(name)).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function note(explanation: Explanation, path: string, text: string, causes: readonly Failure[] = []): Failure {
  explanation.left--;
  return failure(path, text, causes);
}

/** The failures of one value as one, or none. */
function grouped(explanation: Explanation, node: SchemaNode, at: number, path: string): readonly Failure[] {
  return groupFailures(path, explainNode(explanation, node, at, path));
}

/** `type` and the keywords of each type; an array of types is an anyOf of each of them with those keywords. */
function explainType(explanation: Explanation, node: SchemaNode, at: number, path: string): readonly Failure[] {
  const [only] = node.types;
  if (!node.isUnion)
    return isOfType(explanation, node, at, only) ? explainValue(explanation, node, at, path) : [wrongType(explanation, at, path, only)];
  const causes: Failure[] = [];
  for (const type of node.types) {
    const branch = isOfType(explanation, node, at, type)
      ? explainValue(explanation, node, at, path)
      : [wrongType(explanation, at, path, type)];
    if (branch.length === 0) return [];
    causes.push(...groupFailures(path, branch));
  }
  return [note(explanation, path, `#: no subschema matched out of the total ${node.types.length} subschemas`, causes)];
}

function isOfType({ check }: Explanation, node: SchemaNode, at: number, type: TypeName | undefined): boolean {
  return (((type === undefined ? node.kinds : kindsOf[type]) >> (check.tape.kinds[at] as number)) & 1) === 1;
}

function wrongType(explanation: Explanation, at: number, path: string, type: TypeName | undefined): Failure {
  const found = foundType(explanation.check, at);
  const expected = type === undefined ? '' : expectedNames[type];
  return note(explanation, path, type === 'null' ? `expected: null, found: ${found}` : `expected type: ${expected}, found: ${found}`);
}

function explainValue(explanation: Explanation, node: SchemaNode, at: number, path: string): readonly Failure[] {
  const { check } = explanation;
  const { tape, bytes, work } = check;
  const start = tape.starts[at] as number;
  const end = tape.ends[at] as number;
  switch (tape.kinds[at] as Kind) {
    case Kind.integer:
    case Kind.fraction:
      return node.numbers
        .filter((rule) => !rule.test(bytes, start, end, work))
        .map((rule) => note(explanation, path, rule.message(bytes, start, end)));
    case Kind.string:
    case Kind.escapedString: {
      const text = textAt(check, at);
      return node.strings.filter((rule) => !rule.test(text, work)).map((rule) => note(explanation, path, rule.message(text)));
    }
    case Kind.object:
      return node.object ? explainObject(explanation, node.object, at, path) : [];
    case Kind.array:
      return explainArray(explanation, node, at, path);
    default:
      return [];
  }
}

function explainCombined(explanation: Explanation, node: SchemaNode, at: number, path: string): readonly Failure[] {
  const { check } = explanation;
  const { enumeration, allOf, anyOf, oneOf, not } = node;
  const failures: Failure[] = [];
  if (enumeration && !isEnumerated(check, at, enumeration, check.work))
    failures.push(note(explanation, path, `${printedValue(check, at)} is not a valid enum value`));
  const combine = (parts: readonly SchemaNode[], fails: (matching: number) => string | undefined): void => {
    const problem = fails(countConforming(check, parts, at, parts.length));
    if (problem === undefined) return;
    const causes = parts.flatMap((part) => grouped(explanation, part, at, path));
    failures.push(note(explanation, path, `#: ${problem}`, causes));
  };
  if (allOf)
    combine(allOf, (matching) => (matching < allOf.length ? `only ${matching} subschema matches out of ${allOf.length}` : undefined));
  if (anyOf)
    combine(anyOf, (matching) => (matching === 0 ? `no subschema matched out of the total ${anyOf.length} subschemas` : undefined));
  if (oneOf) combine(oneOf, (matching) => (matching === 1 ? undefined : `${matching} subschemas matched instead of one`));
  if (not && conforms(check, not, at)) failures.push(note(explanation, path, `subject must not be valid against schema ${node.notText}`));
  return failures;
}

function printedValue(check: Check, at: number): string {
  const { tape, bytes } = check;
  const kind = tape.kinds[at] as Kind;
  if (kind === Kind.string || kind === Kind.escapedString) return quoted(readString(check, at));
  if (kind === Kind.integer || kind === Kind.fraction) return quoted(javaNumber(bytes, tape.starts[at] as number, tape.ends[at] as number));
  return quoted(canonicalText(readValue(check, at)));
}

/** In everit's order: required, sizes, dependencies, extraneous keys, patterns, schemas of dependencies, properties. */
function explainObject(explanation: Explanation, rules: ObjectRules, at: number, path: string): readonly Failure[] {
  const { check } = explanation;
  const { table, dependencies, minProperties, maxProperties } = rules;
  const members = memberList(check, at);
  const failures: Failure[] = [];
  const add = (text: string): void => void (explanation.left > 0 && failures.push(note(explanation, path, text)));
  const places = Map.groupBy(members, ({ name }) => name);
  const has = (index: number): boolean => places.has(table.names[index] ?? '');
  for (const [index, name] of table.names.entries())
    if (rules.required[index] && !has(index)) add(`required key [${quoted(name)}] not found`);
  const size = lastMembers(check, at).size;
  if (size < minProperties) add(`minimum size: [${minProperties}], found: [${size}]`);
  if (size > maxProperties) add(`maximum size: [${maxProperties}], found: [${size}]`);
  for (const { property, needs } of dependencies)
    if (has(property)) for (const need of needs) if (!has(need)) add(`property [${quoted(table.names[need] ?? '')}] is required`);
  const matching = new Map<string, readonly SchemaNode[]>();
  for (const { name } of members) matching.set(name, matchingPatterns(explanation, rules, name));
  const isAdditional = (name: string): boolean => matching.get(name)?.length === 0 && !rules.schemas[table.indexes.get(name) ?? -1];
  if (rules.additional === 'forbidden')
    for (const name of places.keys()) if (isAdditional(name)) add(`extraneous key [${quoted(name)}] is not permitted`);
  for (const { name, value } of members) {
    const others =
      rules.additional && rules.additional !== 'forbidden' && isAdditional(name) ? [rules.additional] : (matching.get(name) ?? []);
    for (const schema of others) failures.push(...grouped(explanation, schema, value, below(path, name)));
  }
  for (const { property, schema } of dependencies) if (schema && has(property)) failures.push(...grouped(explanation, schema, at, path));
  for (const [index, schema] of rules.schemas.entries()) {
    const name = table.names[index] ?? '';
    if (!schema) continue;
    for (const { value } of places.get(name) ?? []) failures.push(...grouped(explanation, schema, value, below(path, name)));
  }
  return failures;
}

function matchingPatterns({ check }: Explanation, rules: ObjectRules, name: string): readonly SchemaNode[] {
  if (rules.patterns.length === 0) return [];
  const text = Buffer.from(name, 'utf8');
  return rules.patterns.filter(({ pattern }) => pattern.test(text, check.work)).map(({ schema }) => schema);
}

function memberList(check: Check, at: number): { readonly name: string; readonly value: number }[] {
  const members = [];
  const end = check.tape.ends[at] as number;
  for (let key = at + 1; key < end; key = nextEntry(check.tape, key + 1)) members.push({ name: readString(check, key), value: key + 1 });
  return members;
}

function explainArray(explanation: Explanation, node: SchemaNode, at: number, path: string): readonly Failure[] {
  const { check } = explanation;
  const { tape } = check;
  const rules = node.array;
  if (!rules) return [];
  const count = tape.starts[at] as number;
  const failures: Failure[] = [];
  if (count < rules.minItems) failures.push(note(explanation, path, `expected minimum item count: ${rules.minItems}, found: ${count}`));
  if (count > rules.maxItems) failures.push(note(explanation, path, `expected maximum item count: ${rules.maxItems}, found: ${count}`));
  if (rules.uniqueItems && !hasUniqueItems(check, at, check.work)) failures.push(note(explanation, path, 'array items are not unique'));
  if (rules.additional === 'forbidden' && count > rules.tuple.length)
    failures.push(note(explanation, path, `expected: [${rules.tuple.length}] array items, found: [${count}]`));
  const end = tape.ends[at] as number;
  let index = 0;
  for (let element = at + 1; element < end; element = nextEntry(tape, element)) {
    const schema = itemSchema(rules, index);
    if (schema) failures.push(...grouped(explanation, schema, element, below(path, index)));
    index++;
  }
  return failures;
}
