import { describe, expect, it, onTestFinished } from 'vitest';
import { join } from 'node:path';
import { scanText, validatorOf } from '../../tests/support/check-schema.ts';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { Tag } from '../batch/batch.ts';
import { decodeBatch } from '../batch/decode.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import { createIntake } from './create-intake.ts';
import { createBodyDecoder } from './decode-body.ts';
import type { Decoded } from './decoded.ts';

const decoder = createBodyDecoder();

function bodyOf(schema: string, records: readonly string[], rest = ''): Uint8Array<ArrayBuffer> {
  const messages = records.map((data, index) => `{"action":"upsert","sequence":${index},"data":${data}}`);
  return new Uint8Array(Buffer.from(`{"table_name":"t","schema":${schema},${rest}"messages":[${messages.join(',')}]}`));
}
const decode = (schema: string, records: readonly string[], rest = ''): Decoded =>
  decoder({ endpoint: 'batch', accountId: 1, format: 'json', body: bodyOf(schema, records, rest) });
const refusal = (schema: string, records: readonly string[], rest = ''): unknown => {
  const decoded = decode(schema, records, rest);
  return decoded.ok ? 'accepted' : { status: decoded.status, body: decoded.body };
};
const bad = (error: string): unknown => ({ status: 400, body: { error } });

describe('the rows of import-api.md §8.2 about schemas and records', () => {
  it('a record violates the schema: lines separated by newlines, one at the end, the index of the message', () => {
    expect(refusal('{"properties":{"name":{"type":"string"}}}', ['{"name":"a"}', '{"name":1}', '{"name":true}'])).toEqual(
      bad('Record 1 did not conform to schema:\n#/name: expected type: String, found: Integer\n'),
    );
  });

  it('an alternative fails: nested lines', () => {
    expect(refusal('{"properties":{"a":{"type":["null","integer"]}}}', ['{"a":"x"}'])).toEqual(
      bad(
        'Record 0 did not conform to schema:\n#/a: #: no subschema matched out of the total 2 subschemas\n#/a: expected: null, found: String\n#/a: expected type: Integer, found: String\n',
      ),
    );
  });

  it('a key is missing or null, before the schema is asked', () => {
    const schema = '{"properties":{"id":{"type":"integer"}},"required":["id"]}';
    expect(refusal(schema, ['{}'], '"key_names":["id"],')).toEqual(bad('Record is missing key property id'));
    expect(refusal(schema, ['{"id":null}'], '"key_names":["id"],')).toEqual(bad('Record is missing key property id'));
  });

  it('a bad type name in the schema', () => {
    expect(refusal('{"properties":{"f":{"type":"varchar"}}}', ['{}'])).toEqual(bad('Invalid JSON schema: unknown type: [varchar]'));
  });

  it('a sub-schema that is no object', () => {
    expect(refusal('{"properties":{"f":"string"}}', ['{}'])).toEqual(
      bad('Invalid JSON schema: key null: expected type is one of JSONObject, found: String'),
    );
  });

  it('a reference that is not local', () => {
    expect(refusal('{"properties":{"f":{"$ref":"http://127.0.0.1:1/x"}}}', ['{}'])).toEqual(
      bad('Invalid JSON schema: $ref [http://127.0.0.1:1/x] is not local; others are never fetched'),
    );
  });

  it('nothing of a refused request is kept, and the next one is read as if it had not been', () => {
    const schema = '{"properties":{"f":{"type":"integer"}}}';
    expect(refusal(schema, ['{"f":15.0}'])).toEqual(
      bad('Record 0 did not conform to schema:\n#/f: expected type: Integer, found: Double\n'),
    );
    expect(refusal(schema, ['{"f":15}'])).toBe('accepted');
  });
});

describe('validation and typing agree', () => {
  const tags = (schema: string, record: string): Record<string, number | undefined> => {
    const decoded = decode(schema, [record]);
    if (!decoded.ok) throw new Error(String(decoded.body['error']));
    const shape = decodeBatch(decoded.batches[0]?.payload ?? new Uint8Array(0)).records.shapes[0];
    return Object.fromEntries((shape?.names ?? []).map((key, index) => [key, shape?.columns[index]?.tags[0]]));
  };

  it('on the typed batch of loading.md E1', () => {
    const schema =
      '{"properties":{"id":{"type":"integer"},"name":{"type":"string"},"score":{"type":"number"},"price":{"type":"number","multipleOf":0.01},"ok":{"type":"boolean"},"at":{"type":["null","string"],"format":"date-time"}}}';
    expect(tags(schema, '{"id":1,"name":"a","score":15,"price":9.5,"ok":true,"at":"2024-01-02T04:04:05+01:00"}')).toEqual({
      id: Tag.int64,
      name: Tag.string,
      score: Tag.double,
      price: Tag.decimal,
      ok: Tag.true,
      at: Tag.timestamp,
    });
  });

  it('on the change of type of loading.md E16: number takes 15 and makes it a double', () => {
    expect(tags('{"properties":{"n":{"type":"integer"}}}', '{"n":5}')).toEqual({ n: Tag.int64 });
    expect(tags('{"properties":{"n":{"type":"number"}}}', '{"n":5}')).toEqual({ n: Tag.double });
  });

  it('on references: what stands beside one neither types nor refuses', () => {
    const schema =
      '{"definitions":{"n":{"type":"number"}},"properties":{"n":{"$ref":"#/definitions/n","type":"string","format":"date-time"}}}';
    expect(tags(schema, '{"n":5}')).toEqual({ n: Tag.double });
  });
});

it('a small body that takes much checking is checked in a thread, and stored', async () => {
  const buffer = await createEmbeddedBuffer({ directory: join(temporaryDirectory(), 'buffer'), maxBytes: 2 ** 30 });
  const intake = createIntake({ buffer, threads: 1 });
  onTestFinished(async () => {
    await intake.close();
    await buffer.close();
  });
  const rungs = Array.from(
    { length: 16 },
    (_, rung) => `"d${rung}":{"allOf":[{"$ref":"#/definitions/d${rung + 1}"},{"$ref":"#/definitions/d${rung + 1}"}]}`,
  );
  const schema = `{"definitions":{${rungs.join(',')},"d16":{"type":"integer"}},"properties":{"f":{"$ref":"#/definitions/d0"}}}`;
  const body = bodyOf(schema, Array<string>(10).fill('{"f":1}'));
  const request = { accountId: 1, sourceId: 3, endpoint: 'batch', format: 'json', body, receivedAt: 0 } as const;
  const accepted = await intake.accept(request, () => ({ deadline: performance.now() + 10_000, done: () => undefined }));
  expect(accepted).toEqual({ ok: true, records: 10 });
  expect(buffer.backlog()).toHaveLength(1);
});

it('checks a flat schema of ten fields at 60 MB/s and more', () => {
  const type = (name: string, rest = ''): string => `{"type":["null","${name}"]${rest}}`;
  const schema = `{"type":"object","required":["id"],"properties":{"id":{"type":"integer"},"name":${type('string')},"email":${type('string')},"age":${type('integer')},"score":${type('number')},"active":${type('boolean')},"created_at":${type('string', ',"format":"date-time"')},"country":${type('string', ',"maxLength":255')},"notes":${type('string')},"balance":${type('number', ',"multipleOf":0.01')}}}`;
  const records = Array.from({ length: 2000 }, (_, id) => ({
    id,
    name: `customer ${id}`,
    email: `user${id}@example.com`,
    age: id % 90,
    score: id * 1.5,
    active: id % 2 === 0,
    created_at: '2024-01-02T03:04:05Z',
    country: 'Germany',
    notes: null,
    balance: id / 100,
  }));
  const source = scanText(JSON.stringify(records));
  const validator = validatorOf(`{"type":"array","items":${schema}}`);
  let best = 0;
  // The best of many short rounds: other tests share the machine.
  for (let round = 0; round < 40; round++) {
    const check = validator.open(source, { left: 10_000_000 });
    const start = performance.now();
    expect(check(0)).toBeUndefined();
    best = Math.max(best, source.bytes.length / 1000 / (performance.now() - start));
  }
  expect(best).toBeGreaterThan(60);
});
