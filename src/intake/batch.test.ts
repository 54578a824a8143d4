import { describe, expect, it } from 'vitest';
import type { Batch } from '../batch/batch.ts';
import { Tag } from '../batch/batch.ts';
import { decodeBatch } from '../batch/decode.ts';
import { writeRecords } from '../batch/write-json.ts';
import { createBodyDecoder } from './decode-body.ts';

const decode = createBodyDecoder();

/** The batch, or the error's text. */
function read(body: string): Batch | string {
  const decoded = decode({ endpoint: 'batch', accountId: 1, body: new Uint8Array(Buffer.from(body)) });
  if (!decoded.ok) {
    expect(decoded.status).toBe(400);
    return String(decoded.body['error']);
  }
  expect(decoded.batches.length).toBe(1);
  return decodeBatch(decoded.batches[0]?.payload ?? new Uint8Array(0));
}
const error = (body: string): string => {
  const result = read(body);
  return typeof result === 'string' ? result : 'accepted';
};
const batch = (body: string): Batch => {
  const result = read(body);
  if (typeof result === 'string') throw new Error(result);
  return result;
};

const upsert = '{"action":"upsert","sequence":1,"data":{"id":1}}';
const envelope = (messages: string, rest = '"key_names":["id"],'): string =>
  `{"table_name":"t","schema":{},${rest}"messages":[${messages}]}`;
const failed = (...lines: string[]): string => `Request failed validation:${lines.join('\n')}`;
const badMessage = (...lines: string[]): string => failed('#/messages/0: #: 0 subschemas matched instead of one', ...lines);

describe('the envelope of a batch (import-api.md §3.1, §8.2)', () => {
  it.each([
    [
      'a key missing',
      '{"schema":{},"messages":[]}',
      failed(
        '#: 2 schema violations found',
        '#: required key [table_name] not found',
        '#/messages: expected minimum item count: 1, found: 0',
      ),
    ],
    ['only messages missing', '{"table_name":"t","schema":{}}', failed('#: required key [messages] not found')],
    ['an unknown key', envelope(upsert, '"client_id":1,'), failed('#: extraneous key [client_id] is not permitted')],
    [
      'schema as an array',
      '{"table_name":"t","schema":[],"messages":[{}]}',
      failed('#/schema: expected type: JSONObject, found: JSONArray'),
    ],
    [
      'table_name as a number',
      '{"table_name":1,"schema":{},"messages":[{}]}',
      failed('#/table_name: expected type: String, found: Integer'),
    ],
    ['a blank table_name', '{"table_name":" ","schema":{},"messages":[{}]}', failed('#/table_name: string [ ] does not match pattern \\S')],
    [
      'messages as an object',
      '{"table_name":"t","schema":{},"messages":{}}',
      failed('#/messages: expected type: JSONArray, found: JSONObject'),
    ],
    ['key_names as a string', envelope(upsert, '"key_names":"id",'), failed('#/key_names: expected type: JSONArray, found: String')],
    [
      'a key name as a long',
      envelope(upsert, '"key_names":["id",3000000000],'),
      failed('#/key_names/1: expected type: String, found: Long'),
    ],
    [
      'table_version as a double',
      envelope(upsert, '"table_version":1.0,'),
      failed('#/table_version: expected type: Integer, found: Double'),
    ],
    [
      'a table_version beyond 64 bits',
      envelope(upsert, '"table_version":9223372036854775808,'),
      failed('#/table_version: table_version must fit in 64 bits'),
    ],
    ['an array as root', '[]', failed('#: expected type: JSONObject, found: JSONArray')],
    [
      'a key that the schema does not list',
      '{"table_name":"t","schema":{"properties":{"a":{}}},"key_names":["id"],"messages":[{}]}',
      failed('#/key_names: key property [id] is not among the properties of the schema'),
    ],
    ['a malformed message', envelope(`${upsert},{"action"}`), "Malformed json in the body! Unexpected character '}' at byte 119"],
    ['a malformed end', `${envelope(upsert)}}`, "Malformed json in the body! Unexpected character '}' at byte 111"],
  ])('%s', (_, body, expected) => {
    expect(error(body)).toBe(expected);
  });

  it('takes all seven keys, in any order, messages first', () => {
    const body = `{"messages":[${upsert}],"vintage":"2017-01-01","bookmark_names":["at"],"table_version":-1,"key_names":["id"],"schema":{"properties":{"id":{"type":"number"}}},"table_name":"t"}`;
    const result = batch(body);
    expect(result).toMatchObject({ table: 't', keyNames: ['id'], tableVersion: -1n, bookmarkNames: ['at'], count: 1 });
    expect(result.records.shapes[0]?.columns[0]?.tags).toEqual(Uint8Array.of(Tag.double));
  });

  it.each(['', '"key_names":[],', '"key_names":null,'])('is append-only with %j', (rest) => {
    expect(batch(envelope(upsert, rest)).keyNames).toEqual([]);
  });

  it('takes 20,000 messages and refuses one more', () => {
    expect(batch(envelope(Array(20_000).fill(upsert).join(','))).count).toBe(20_000);
    expect(error(envelope(Array(20_001).fill(upsert).join(',')))).toBe(
      failed('#/messages: expected maximum item count: 20000, found: 20001'),
    );
  });
});

describe('the messages of a batch (import-api.md §3.2, §8.2)', () => {
  it.each([
    [
      'no sequence',
      '{"action":"upsert","data":{}}',
      badMessage(
        '#/messages/0: 2 schema violations found',
        '#/messages/0: required key [sequence] not found',
        '#/messages/0: extraneous key [data] is not permitted',
        '#/messages/0: required key [sequence] not found',
      ),
    ],
    [
      'no action',
      '{"sequence":1,"data":{}}',
      badMessage(
        '#/messages/0: 2 schema violations found',
        '#/messages/0: required key [action] not found',
        '#/messages/0: extraneous key [data] is not permitted',
        '#/messages/0: required key [action] not found',
      ),
    ],
    [
      'no data',
      '{"action":"upsert","sequence":1}',
      badMessage('#/messages/0/action: upsert is not a valid enum value', '#/messages/0: required key [data] not found'),
    ],
    [
      'an activation with data',
      '{"action":"activate_version","sequence":1,"data":{}}',
      badMessage('#/messages/0: extraneous key [data] is not permitted', '#/messages/0/action: activate_version is not a valid enum value'),
    ],
    [
      'another action',
      '{"action":"delete","sequence":1,"data":{}}',
      badMessage(
        '#/messages/0: 2 schema violations found',
        '#/messages/0: extraneous key [data] is not permitted',
        '#/messages/0/action: delete is not a valid enum value',
        '#/messages/0/action: delete is not a valid enum value',
      ),
    ],
    [
      'a string sequence',
      '{"action":"upsert","sequence":"1","data":{}}',
      badMessage(
        '#/messages/0: 2 schema violations found',
        '#/messages/0: extraneous key [data] is not permitted',
        '#/messages/0/sequence: expected type: Integer, found: String',
        '#/messages/0/sequence: expected type: Integer, found: String',
      ),
    ],
    [
      'data as an array',
      '{"action":"upsert","sequence":1,"data":[]}',
      badMessage('#/messages/0: extraneous key [data] is not permitted', '#/messages/0/data: expected type: JSONObject, found: JSONArray'),
    ],
    ['a message that is no object', '7', failed('#/messages/0: expected type: JSONObject, found: Integer')],
    [
      'a sequence too big',
      '{"action":"upsert","sequence":9223372036854775808,"data":{"id":1}}',
      failed('#: sequence can not be above 9223372036854775807'),
    ],
    [
      'a sequence too small',
      '{"action":"upsert","sequence":-9223372036854775809,"data":{"id":1}}',
      failed('#: sequence can not be below -9223372036854775808'),
    ],
    [
      'an activation without table_version',
      '{"action":"activate_version","sequence":1}',
      failed('#: required key [table_version] not found'),
    ],
    ['a missing key', '{"action":"upsert","sequence":1,"data":{}}', 'Record is missing key property id'],
    ['a null key', '{"action":"upsert","sequence":1,"data":{"id":null}}', 'Record is missing key property id'],
    [
      'a string key too long',
      `{"action":"upsert","sequence":1,"data":{"id":"${'x'.repeat(1025)}"}}`,
      'String keys cannot be longer than 1024 characters',
    ],
    [
      'too many data points',
      `{"action":"upsert","sequence":1,"data":{"id":1,"a":[${Array(10_000).fill(0).join(',')}]}}`,
      'Record 0 has more than 10000 data points',
    ],
    [
      'too many values',
      `{"action":"upsert","sequence":1,"data":{"id":1,"a":[${Array(500_000).fill(0).join(',')}]}}`,
      'Record 0 has more than 400000 keys and values',
    ],
  ])('%s', (_, message, expected) => {
    expect(error(envelope(message))).toBe(expected);
  });

  it('name the first message at fault by its position', () => {
    expect(error(envelope(`${upsert},{"action":"upsert","sequence":1,"data":{"id":1},"time_extracted":"yesterday"}`))).toBe(
      failed(
        '#/messages/1: #: 0 subschemas matched instead of one',
        '#/messages/1: 2 schema violations found',
        '#/messages/1: extraneous key [data] is not permitted',
        "#/messages/1/time_extracted: [yesterday] is not a valid date-time. Expected [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}Z]",
        "#/messages/1/time_extracted: [yesterday] is not a valid date-time. Expected [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}Z]",
      ),
    );
  });

  it('hold 64-bit sequences, extraction times and activations', () => {
    const messages = [
      '{"action":"upsert","data":{"id":1},"sequence":1795253001779869401}',
      '{"action":"upsert","data":{"id":2},"sequence":2,"time_extracted":"1970-01-01T03:45:23.000001Z"}',
      '{"action":"activate_version","sequence":3}',
    ];
    expect(batch(envelope(messages.join(','), '"table_version":1,'))).toMatchObject({
      actions: Uint8Array.of(0, 0, 1),
      sequences: BigInt64Array.of(1_795_253_001_779_869_401n, 2n, 3n),
      timesExtracted: BigInt64Array.of(-(2n ** 63n), 13_523_000_001n, -(2n ** 63n)),
    });
  });
});

describe('types by schema (loading.md §4.1)', () => {
  /** Tags of the column `v` after one message per value. */
  const tags = (schema: string, ...values: string[]): number[] => {
    const messages = values.map((value) => `{"action":"upsert","sequence":1,"data":{"v":${value}}}`);
    const { records } = batch(`{"table_name":"t","schema":{"properties":{"v":${schema}}},"messages":[${messages.join(',')}]}`);
    return [...(records.shapes[0]?.columns[0]?.tags ?? [])];
  };

  it.each([
    ['{"type":"integer"}', ['15'], [Tag.int64]],
    ['{"type":"number"}', ['15', '15.5', '123456789012345678901'], [Tag.double, Tag.double, Tag.doubleText]],
    ['{"type":["null","number"]}', ['15', 'null'], [Tag.double, Tag.null]],
    ['{"type":"number","multipleOf":0.01}', ['9.50', '9', '1e400'], [Tag.decimal, Tag.decimal, Tag.decimal]],
    ['{"anyOf":[{"type":"null"},{"type":"number","multipleOf":0.01}]}', ['9.5'], [Tag.decimal]],
    ['{"type":"integer","multipleOf":5}', ['10'], [Tag.int64]],
    ['{"type":["integer","number"]}', ['15', '15.0'], [Tag.int64, Tag.double]],
    ['{"type":["number","string"]}', ['15', '"15"'], [Tag.double, Tag.string]],
    ['{"type":"string","format":"date-time"}', ['"2024-01-02T03:04:05Z"'], [Tag.timestamp]],
    [
      '{"anyOf":[{"type":"string","format":"date-time"},{"type":"string"}]}',
      ['"2024-01-02T03:04:05Z"', '"2024-01-02"'],
      [Tag.timestamp, Tag.string],
    ],
    [
      '{"anyOf":[{"type":"null"},{"type":"string","format":"date-time"}]}',
      ['"2024-01-02T03:04:05+0100"', 'null'],
      [Tag.timestamp, Tag.null],
    ],
    ['{"type":"string","format":"singer.decimal"}', ['"12.30"', '"1E-7"', '"n/a"'], [Tag.decimal, Tag.decimal, Tag.string]],
    ['{"type":"string","format":"uuid"}', ['"2024-01-02T03:04:05Z"'], [Tag.string]],
    ['{}', ['15', '15.0', '"2024-01-02T03:04:05Z"'], [Tag.int64, Tag.double, Tag.string]],
    ['{"$ref":"#/properties/v/definitions/a~1b","definitions":{"a/b":{"type":"number"}}}', ['15'], [Tag.double]],
  ])('%s types %j', (schema, values, expected) => {
    expect(tags(schema, ...values)).toEqual(expected);
  });

  it('reach nested properties and items, and leave unlisted fields as push types them', () => {
    const schema =
      '{"properties":{"o":{"type":"object","properties":{"n":{"type":"number"}}},"a":{"type":"array","items":{"type":["null","object"],"properties":{"at":{"type":"string","format":"date-time"}}}}}}';
    const data = '{"o":{"n":1,"x":1},"a":[{"at":"2024-01-02T03:04:05Z"},null],"x":"2024-01-02T03:04:05Z"}';
    const { records } = batch(`{"table_name":"t","schema":${schema},"messages":[{"action":"upsert","sequence":1,"data":${data}}]}`);
    const [o, a, x] = records.shapes[0]?.columns ?? [];
    expect(o?.shapes[0]?.columns.map(({ tags: found }) => [...found])).toEqual([[Tag.double], [Tag.int64]]);
    expect(a?.items?.shapes[0]?.columns.map(({ tags: found }) => [...found])).toEqual([[Tag.timestamp]]);
    expect([...(x?.tags ?? [])]).toEqual([Tag.string]);
  });

  it('follow a schema that refers to itself', () => {
    const schema = '{"properties":{"next":{"$ref":"#"},"n":{"type":"number"}}}';
    const result = batch(
      `{"table_name":"t","schema":${schema},"messages":[{"action":"upsert","sequence":1,"data":{"next":{"next":{"n":1}}}}]}`,
    );
    expect([...writeRecords(result, [0]).values()]).toEqual(['{"next":{"next":{"n":1.0}}}']);
  });

  it('end in an error where the alternatives multiply', () => {
    const branches = Array(3000).fill('{"type":"string"}').join(',');
    const properties = Array.from({ length: 1000 }, (_, index) => `"k${index}":{"$ref":"#/definitions/many"}`).join(',');
    const schema = `{"definitions":{"many":{"anyOf":[${branches}]}},"properties":{${properties}}}`;
    const data = Array.from({ length: 1000 }, (_, index) => `"k${index}":"x"`).join(',');
    expect(error(`{"table_name":"t","schema":${schema},"messages":[{"action":"upsert","sequence":1,"data":{${data}}}]}`)).toBe(
      'Invalid JSON schema: it has too many alternatives',
    );
  });

  it('keep the text of decimals', () => {
    const result = batch(
      '{"table_name":"t","schema":{"properties":{"p":{"type":"number","multipleOf":1e-20}}},"messages":[{"action":"upsert","sequence":1,"data":{"p":12345678901234567890.12345678901234567890}}]}',
    );
    expect([...writeRecords(result, [0]).values()]).toEqual(['{"p":12345678901234567890.12345678901234567890}']);
  });
});
