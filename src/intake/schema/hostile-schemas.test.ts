import { describe, expect, it } from 'vitest';
import { failuresOf, validatorOf } from '../../../tests/support/check-schema.ts';
import { createBodyDecoder } from '../decode-body.ts';
import { InvalidSchemaError, WorkLimitError } from './schema-errors.ts';

const inline = createBodyDecoder({ inline: true });
const threaded = createBodyDecoder();

function bodyOf(schema: string, ...records: readonly string[]): Uint8Array<ArrayBuffer> {
  const messages = records.map((data) => `{"action":"upsert","sequence":1,"data":${data}}`);
  return new Uint8Array(Buffer.from(`{"table_name":"t","schema":${schema},"messages":[${messages.join(',')}]}`));
}

function answer(decode: typeof inline, body: Uint8Array<ArrayBuffer>): unknown {
  const decoded = decode({ endpoint: 'batch', accountId: 1, format: 'json', body });
  return decoded.ok ? 'accepted' : decoded.body['error'];
}

/** Definitions d0 to dn of which each leads to the next one `ways` times. */
function ladder(depth: number, keyword: string, ways: number, last: string): string {
  const rungs = Array.from({ length: depth }, (_, rung) => {
    const next = `{"$ref":"#/definitions/d${rung + 1}"}`;
    return `"d${rung}":{"${keyword}":[${Array(ways).fill(next).join(',')}]}`;
  });
  return `{"definitions":{${rungs.join(',')},"d${depth}":${last}},"properties":{"f":{"$ref":"#/definitions/d0"}}}`;
}

const tooMuch = 'Checking the records against the schema takes too much work';

describe('hostile schemas are refused with a reason', () => {
  it.each(['anyOf', 'oneOf', 'allOf'])('alternatives that double at each of 40 levels of %s', (keyword) => {
    const body = bodyOf(ladder(40, keyword, 2, keyword === 'anyOf' ? '{"type":"string"}' : '{"type":"integer"}'), '{"f":1}');
    expect(() => answer(inline, body)).toThrow(WorkLimitError);
    expect(answer(threaded, body)).toBe(tooMuch);
  });

  it('a chain of 20,000 references is too deep, one of 1,000 is not', () => {
    expect(failuresOf(ladder(1000, 'allOf', 1, '{"type":"integer"}'), '{"f":1}')).toBeUndefined();
    expect(failuresOf(ladder(20_000, 'allOf', 1, '{"type":"integer"}'), '{"f":1}')).toEqual([
      '#: the schema leads deeper than can be followed',
    ]);
  });

  it.each([
    '{"properties":{"f":{"anyOf":[{"$ref":"#/properties/f"}]}}}',
    '{"allOf":[{"$ref":"#"}]}',
    '{"not":{"$ref":"#"}}',
    '{"dependencies":{"f":{"$ref":"#"}}}',
  ])('a schema that leads back to itself without going into the data: %s', (schema) => {
    expect(failuresOf(schema, '{"f":1}')).toEqual(['#: the schema leads deeper than can be followed']);
  });

  it('a recursive schema follows data as deep as a body may be', () => {
    const list =
      '{"type":["null","object"],"required":["v"],"properties":{"v":{"type":"integer"},"next":{"anyOf":[{"type":"null"},{"$ref":"#"}]}}}';
    const nested = (last: string): string => `${'{"v":1,"next":'.repeat(500)}{"v":${last}}${'}'.repeat(500)}`;
    expect(failuresOf(list, nested('1'))).toBeUndefined();
    expect(failuresOf(list, nested('"x"'), 10_000_000)).toContain('#/next/next: #: no subschema matched out of the total 2 subschemas');
  });

  it('schemas nested deeper than a body may be', () => {
    expect(answer(inline, bodyOf(`${'{"not":'.repeat(600)}{}${'}'.repeat(600)}`, '{}'))).toMatch('Nesting deeper than 512 levels');
    expect(answer(inline, bodyOf(`${'{"not":'.repeat(500)}{}${'}'.repeat(500)}`, '{}'))).toBe('accepted');
  });

  it('more sub-schemas than there may be', () => {
    expect(() => validatorOf(`{"anyOf":[${Array(60_000).fill('{}').join(',')}]}`)).toThrow(
      new InvalidSchemaError('more than 50000 sub-schemas'),
    );
  });

  it('catastrophic patterns take linear time', () => {
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(.*a){30}$', '(x+x+)+y']) {
      const lines = failuresOf(JSON.stringify({ pattern }), JSON.stringify(`${'a'.repeat(2000)}b`), 10_000_000);
      expect(lines).toEqual([expect.stringMatching(/^#: string \[a+…\] does not match pattern/)]);
    }
  });

  it('patterns whose automaton explodes end at the limit of work', () => {
    const schema = '{"properties":{"f":{"pattern":"(a|b)*a(a|b){500}c"}}}';
    const body = bodyOf(schema, ...Array.from({ length: 20 }, (_, index) => `{"f":"${'abbab'.repeat(400 + index)}c"}`));
    expect(() => answer(inline, body)).toThrow(WorkLimitError);
  });

  it('patterns that take long to compile are left to a thread', () => {
    const patterns = Array.from({ length: 10 }, (_, index) => `"p${index}":{"pattern":"^\\\\p{L}{${900 - index}}$"}`);
    const body = bodyOf(`{"properties":{${patterns.join(',')}}}`, '{}');
    expect(() => answer(inline, body)).toThrow(WorkLimitError);
    expect(answer(threaded, body)).toBe('accepted');
  });

  it('patterns that are too large, or too many', () => {
    expect(() => validatorOf('{"pattern":"((a{1,100}){1,100}){1,100}"}')).toThrow(InvalidSchemaError);
    const large = Array.from({ length: 60 }, (_, index) => `"p${index}":{"pattern":"^[a-${index % 2 ? 'y' : 'z'}]{${900 - index}}$"}`);
    expect(() => validatorOf(`{"properties":{${large.join(',')}}}`)).toThrow(/is too large/);
    const many = Array.from({ length: 300 }, (_, index) => `"p${index}":{"pattern":"^${index}"}`);
    expect(() => validatorOf(`{"properties":{${many.join(',')}}}`)).toThrow('more than 200 patterns');
  });

  it('numbers without end are compared and divided within the limit of work', () => {
    const schema = '{"multipleOf":0.7,"minimum":-1e999999999999999,"maximum":1e999999999999999}';
    expect(failuresOf(schema, '7e999999999999998')).toBeUndefined();
    expect(failuresOf(schema, `0.${'0'.repeat(100_000)}7`, 10_000_000)).toHaveLength(1);
    expect(() => failuresOf(schema, '7'.repeat(100_000))).toThrow(WorkLimitError);
    expect(() => validatorOf(`{"multipleOf":${'7'.repeat(2000)}}`)).toThrow('a number of more than 1000 characters');
  });

  it('unique items nested in unique items end at the limit of work', () => {
    const schema = `${'{"uniqueItems":true,"items":'.repeat(200)}{}${'}'.repeat(200)}`;
    const value = `${'['.repeat(199)}${Array.from({ length: 5000 }, (_, index) => index).join(',')}${']'.repeat(199)}`;
    expect(() => failuresOf(schema, value)).toThrow(WorkLimitError);
  });

  it('an answer stays small however much is wrong', () => {
    const branches = Array.from({ length: 2000 }, (_, index) => `{"required":["${'k'.repeat(300)}${index}"]}`);
    const refused = failuresOf(`{"anyOf":[${branches.join(',')}]}`, '{}');
    expect(refused?.length).toBeLessThanOrEqual(101);
    expect(refused?.join('\n').length).toBeLessThan(40_000);
    expect(refused?.at(-1)).toBe('…');
  });
});
