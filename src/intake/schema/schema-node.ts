import { Kind } from '../json/tape.ts';
import type { Enumeration } from './equality.ts';
import type { Pattern } from './patterns.ts';
import type { PropertyTable } from './property-table.ts';
import type { Work } from './work.ts';

/** A compiled sub-schema. The keywords of a kind of value say nothing about other kinds (draft-04). */
export interface SchemaNode {
  /** Bit k is set when values of `Kind` k may pass. */
  kinds: number;
  /** The names in `type`. */
  types: readonly TypeName[];
  /** `type` was an array: the failure lists an alternative for each. */
  isUnion: boolean;
  /** There is nothing but `kinds`. */
  isPlain: boolean;
  strings: readonly StringRule[];
  numbers: readonly NumberRule[];
  object: ObjectRules | undefined;
  array: ArrayRules | undefined;
  enumeration: Enumeration | undefined;
  allOf: readonly SchemaNode[] | undefined;
  anyOf: readonly SchemaNode[] | undefined;
  oneOf: readonly SchemaNode[] | undefined;
  not: SchemaNode | undefined;
  /** JSON of `not`, cut, for the failure. */
  notText: string;
}

/** The UTF-8 text of a string, without escapes. */
export interface TextSlice {
  bytes: Uint8Array;
  start: number;
  end: number;
}

export interface StringRule {
  test(text: TextSlice, work: Work): boolean;
  message(text: TextSlice): string;
}

export interface NumberRule {
  test(bytes: Uint8Array, start: number, end: number, work: Work): boolean;
  message(bytes: Uint8Array, start: number, end: number): string;
}

export interface ObjectRules {
  /** Every name that `properties`, `required` or `dependencies` mention. */
  readonly table: PropertyTable;
  /** By index in the table: its schema, whether `properties` lists it, whether it is required. */
  readonly schemas: readonly (SchemaNode | undefined)[];
  readonly required: readonly boolean[];
  readonly requiredCount: number;
  readonly patterns: readonly { readonly pattern: Pattern; readonly schema: SchemaNode }[];
  readonly additional: SchemaNode | 'forbidden' | undefined;
  readonly minProperties: number;
  readonly maxProperties: number;
  readonly dependencies: readonly Dependency[];
}

export interface Dependency {
  readonly property: number;
  /** Indexes of the properties it needs. */
  readonly needs: readonly number[];
  readonly schema: SchemaNode | undefined;
}

export interface ArrayRules {
  readonly items: SchemaNode | undefined;
  /** `items` as an array. */
  readonly tuple: readonly SchemaNode[];
  readonly additional: SchemaNode | 'forbidden' | undefined;
  readonly minItems: number;
  readonly maxItems: number;
  readonly uniqueItems: boolean;
}

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'object' | 'array';

const bits = (...kinds: readonly Kind[]): number => kinds.reduce((mask: number, kind) => mask | (1 << kind), 0);

/** The kinds each type takes. `15.0` is no integer (import-api.md §6.2). */
export const kindsOf: Readonly<Record<TypeName, number>> = {
  null: bits(Kind.null),
  boolean: bits(Kind.false, Kind.true),
  integer: bits(Kind.integer),
  number: bits(Kind.integer, Kind.fraction),
  string: bits(Kind.string, Kind.escapedString),
  object: bits(Kind.object),
  array: bits(Kind.array),
};
export const anyKind = bits(...Object.values(Kind));

/** How a failure names the type it expected. */
export const expectedNames: Readonly<Record<TypeName, string>> = {
  null: 'null',
  boolean: 'Boolean',
  integer: 'Integer',
  number: 'Number',
  string: 'String',
  object: 'JSONObject',
  array: 'JSONArray',
};
