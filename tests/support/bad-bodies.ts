/** Bodies that a schema refuses, made from the schema itself: an example of what it takes, with one thing wrong at a time. */
import type { z } from 'zod';
import { toSchema } from '../../contract/json-schema.ts';

export interface BadBody {
  readonly what: string;
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** `JSON.parse` reads this as infinity, which JSON cannot write. */
const huge = '"@huge@"';
const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 60,
  '@huge@',
  '',
  ' ',
  'x',
  '9007199254740993',
  [],
  [[]],
  [null],
  {},
  { a: 1 },
  'x'.repeat(20_000),
];

/** An example with each thing wrong that is refused. */
export function badBodiesFrom(example: unknown, isRefused: (body: unknown) => boolean): BadBody[] {
  const bodies: BadBody[] = [];
  const add = (what: string, body: unknown): void => {
    const text = JSON.stringify(body).replaceAll(huge, '1e999');
    if (isRefused(JSON.parse(text))) bodies.push({ what, text });
  };
  for (const path of pathsOf(example)) {
    const where = path.join('.') || 'body';
    for (const value of wrongValues) add(`${where} = ${JSON.stringify(value).slice(0, 30)}`, replaced(example, path, value));
    if (path.length > 0) add(`no ${where}`, replaced(example, path, undefined));
    const node = path.reduce<unknown>((value, key) => (value as Json)[key], example);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) continue;
    for (const key of ['colour', '__proto__', 'constructor', 'prototype', 'toString', '']) {
      const extra: unknown = JSON.parse(
        `{${[...Object.entries(node), [key, { admin: true }] as const].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
      );
      add(`${where} with ${JSON.stringify(key)}`, replaced(example, path, extra));
    }
  }
  return bodies;
}

/** A value a schema takes. Throws when it cannot make one. */
export function exampleOf(schema: z.ZodType): unknown {
  const example = fromJsonSchema(toSchema(schema, 'input'));
  const parsed = schema.safeParse(example);
  if (parsed.success) return example;
  throw new Error(`No example for a schema: ${JSON.stringify(example)}: ${parsed.error.message}`);
}

const texts = ['xxx', '1', 'ann@example.test', '2031-04-02T00:00:00Z', '/oauth/authorization?client_id=oc_1'];

function textFor({ pattern, minLength = 0 }: Json): string {
  const form = new RegExp(typeof pattern === 'string' ? pattern : '');
  return texts.find((text) => form.test(text) && text.length >= Number(minLength)) ?? 'x'.repeat(Number(minLength));
}

function fromJsonSchema(schema: Json): unknown {
  if ('const' in schema) return schema['const'];
  const choices = schema['enum'] ?? schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return 'enum' in schema ? choices[0] : fromJsonSchema(choices[0] as Json);
  const { type } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Json>>);
      return Object.fromEntries(properties.map(([name, property]) => [name, fromJsonSchema(property)]));
    }
    case 'array':
      return [fromJsonSchema((schema['items'] ?? {}) as Json)];
    case 'string':
      return textFor(schema);
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return {};
  }
}

/** The example with each of its texts replaced by `text`. */
export function withText(example: unknown, text: string): BadBody[] {
  return pathsOf(example)
    .filter((path) => typeof path.reduce<unknown>((value, key) => (value as Json)[key], example) === 'string')
    .map((path) => ({ what: `${path.join('.')} = ${JSON.stringify(text)}`, text: JSON.stringify(replaced(example, path, text)) }));
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]))];
}

/** A copy with another value at a path; undefined removes it. */
function replaced(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (rest.length > 0 || other !== undefined) copy[key] = replaced(copy[key], rest, other);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}
