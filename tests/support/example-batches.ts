/** Test material: batches built value by value, and the values themselves. */
import type { Batch } from '../../src/batch/batch.ts';
import { Action, Tag } from '../../src/batch/batch.ts';
import { createBatchBuilder } from '../../src/batch/batch-builder.ts';
import type { ColumnBuilder } from '../../src/batch/column-builder.ts';
import { addArray, addDouble, addInt64, addObject, addTag, addText, createColumnBuilder } from '../../src/batch/column-builder.ts';
import { addKey, beginKeys, createObjectFields, endKeys } from '../../src/batch/object-fields.ts';

export type ExampleValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly ExampleValue[]
  | { readonly tag: Tag; readonly text: string }
  | ExampleObject;

/** Members in order; keys are unique. */
export interface ExampleObject {
  readonly members: readonly (readonly [string, ExampleValue])[];
}

/** Appends a value: bigint as int64, number as double, string as string. */
function addExample(column: ColumnBuilder, value: ExampleValue): void {
  if (value === null) addTag(column, Tag.null);
  else if (typeof value === 'boolean') addTag(column, value ? Tag.true : Tag.false);
  else if (typeof value === 'bigint') addInt64(column, Number(BigInt.asIntN(32, value)), Number(value >> 32n));
  else if (typeof value === 'number') addDouble(column, value);
  else if (typeof value === 'string') addUtf8(column, Tag.string, value);
  else if ('text' in value) addUtf8(column, value.tag, value.text);
  else if ('members' in value) addMembers(column, value.members);
  else {
    const items = (column.items ??= createColumnBuilder(undefined));
    addArray(column, value.length);
    for (const element of value) addExample(items, element);
  }
}

function addUtf8(column: ColumnBuilder, tag: Tag, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  addText(column, tag, bytes, 0, bytes.length);
}

function addMembers(column: ColumnBuilder, members: ExampleObject['members']): void {
  const fields = (column.fields ??= createObjectFields(1));
  beginKeys(fields);
  for (const [name] of members) {
    const key = Buffer.from(name, 'utf8');
    addKey(fields, key, 0, key.length, () => createColumnBuilder(undefined));
  }
  const shape = endKeys(fields);
  addObject(column, shape);
  for (const [index, field] of (fields.shapes[shape] ?? []).entries())
    addExample(fields.columns[field] as ColumnBuilder, members[index]?.[1] ?? null);
}

/** A batch of upserts, sequences 1, 2, 3 … */
export function exampleBatch(
  records: readonly ExampleObject[],
  options: { readonly table?: string; readonly keyNames?: readonly string[] } = {},
): Batch {
  const builder = createBatchBuilder({
    table: options.table ?? 'examples',
    keyNames: options.keyNames ?? ['id'],
    tableVersion: undefined,
    bookmarkNames: [],
    typing: undefined,
  });
  for (const [index, record] of records.entries()) {
    builder.addMessage(Action.upsert, index + 1, 0);
    addExample(builder.records, record);
  }
  return builder.finish(0);
}

/** The batches of the golden files, by name. They never change: a new format gets new files. */
export function goldenBatches(): Readonly<Record<string, Batch>> {
  const record = (...members: [string, ExampleValue][]): ExampleObject => ({ members });
  const versioned = createBatchBuilder({
    table: 'bestellungen ✓',
    keyNames: ['id', 'région'],
    tableVersion: -(2n ** 63n),
    bookmarkNames: ['at'],
    typing: undefined,
  });
  versioned.addMessage(Action.activateVersion, -1, 0x7fffffff);
  versioned.addMessage(Action.upsert, 0, -0x80000000, 1_700_000_000_000_001n);
  addExample(versioned.records, record(['id', 1n], ['région', 'é']));
  return {
    'one-record': exampleBatch([record(['id', 7n], ['name', 'Ann'], ['seen', null])]),
    'every-tag': exampleBatch(
      [
        record(['a', null], ['b', false], ['c', true], ['d', -(2n ** 63n)], ['e', 2n ** 63n - 1n]),
        record(['f', { tag: Tag.bigInteger, text: '9223372036854775808' }], ['g', 15], ['h', -0], ['i', Number.NaN], ['j', 1e-320]),
        record(['k', { tag: Tag.doubleText, text: '0.1234567890123456789' }], ['l', { tag: Tag.decimal, text: '3.10' }]),
        record(
          ['m', { tag: Tag.timestamp, text: '2024-01-02T03:04:05.123456789+01:00' }],
          ['n', '\uFEFFBö \u0000 😀'],
          [
            '',
            {
              members: [['__proto__', []]],
            },
          ],
        ),
        record(['o', [1n, [2n, [], [null]], { members: [] }, { members: [['x', 'y']] }]]),
      ],
      { keyNames: [] },
    ),
    'many-shapes': exampleBatch([
      record(['id', 1n], ['a', 'x']),
      record(['id', 2n], ['b', 1.5]),
      record(['b', 'now text'], ['id', 3n]),
      record(['id', 4n], ['a', 'y']),
      record(),
    ]),
    versioned: versioned.finish(3),
  };
}
