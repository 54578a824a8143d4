import { describe, expect, it } from 'vitest';
import { failuresOf, validatorOf } from '../../../tests/support/check-schema.ts';
import { InvalidSchemaError } from './schema-errors.ts';

/** Schema, value, and the lines expected; undefined: it conforms. */
type Row = readonly [schema: string, value: string, ...lines: readonly string[]];

const union = (path: string, total: number): string => `${path}: #: no subschema matched out of the total ${total} subschemas`;
const field = (schema: string): string => `{"properties":{"f":${schema}}}`;

describe('the keywords of import-api.md §6.2', () => {
  it.each<Row>([
    ['{"type":"string"}', '"a"'],
    ['{"type":"string"}', '1', '#: expected type: String, found: Integer'],
    ['{"type":"string"}', '3000000000', '#: expected type: String, found: Long'],
    ['{"type":"string"}', '1.5', '#: expected type: String, found: Double'],
    ['{"type":"string"}', '1e400', '#: expected type: String, found: BigDecimal'],
    ['{"type":"string"}', '{}', '#: expected type: String, found: JSONObject'],
    ['{"type":"string"}', '[]', '#: expected type: String, found: JSONArray'],
    ['{"type":"string"}', 'true', '#: expected type: String, found: Boolean'],
    ['{"type":"string"}', 'null', '#: expected type: String, found: null'],
    ['{"type":"boolean"}', 'false'],
    ['{"type":"boolean"}', '0', '#: expected type: Boolean, found: Integer'],
    ['{"type":"object"}', '[]', '#: expected type: JSONObject, found: JSONArray'],
    ['{"type":"array"}', '{}', '#: expected type: JSONArray, found: JSONObject'],
    ['{"type":"null"}', '"x"', '#: expected: null, found: String'],
  ])('type string: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    [field('{"type":["null","string"]}'), '{"f":"x"}'],
    [
      field('{"type":["null","string"]}'),
      '{"f":1}',
      union('#/f', 2),
      '#/f: expected: null, found: Integer',
      '#/f: expected type: String, found: Integer',
    ],
    [field('{"type":["integer"]}'), '{"f":"x"}', union('#/f', 1), '#/f: expected type: Integer, found: String'],
    [
      field('{"type":["null","string"],"maxLength":1,"pattern":"^b"}'),
      '{"f":"ax"}',
      union('#/f', 2),
      '#/f: expected: null, found: String',
      '#/f: 2 schema violations found',
      '#/f: expected maxLength: 1, actual: 2',
      '#/f: string [ax] does not match pattern ^b',
    ],
    ['{"type":[]}', '1', union('#', 0)],
  ])('type array is an anyOf: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    ['{"type":"integer"}', '15'],
    ['{"type":"integer"}', '15.0', '#: expected type: Integer, found: Double'],
    ['{"type":"integer"}', '1e2', '#: expected type: Integer, found: Double'],
    ['{"type":"integer"}', '9223372036854775807'],
    ['{"type":"number"}', '15'],
    ['{"type":"number"}', '15.0'],
    ['{"type":"number"}', '"15"', '#: expected type: Number, found: String'],
  ])('integer and number: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    [field('{"type":"string","nullable":true}'), '{"f":null}', '#/f: expected type: String, found: null'],
    [field('{"type":["string","null"]}'), '{"f":null}'],
    [field('{"type":"string"}'), '{}'],
    ['{"properties":{"f":{"type":"string"}},"required":["f","g"]}', '{"g":null}', '#: required key [f] not found'],
    ['{"required":["f"]}', '[]'],
  ])('null and absent fields: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    [field('{"type":"integer"}'), '{"f":1,"x":"anything"}'],
    ['{"properties":{"f":{}},"additionalProperties":false}', '{"f":1,"x":2}', '#: extraneous key [x] is not permitted'],
    ['{"properties":{"f":{}},"additionalProperties":{"type":"string"}}', '{"f":1,"x":2}', '#/x: expected type: String, found: Integer'],
    ['{"patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false}', '{"n_a":1}'],
    ['{"patternProperties":{"^n_":{"type":"integer"}}}', '{"n_a":"x","m":"x"}', '#/n_a: expected type: Integer, found: String'],
    ['{"minProperties":2}', '{"a":1}', '#: minimum size: [2], found: [1]'],
    ['{"maxProperties":1}', '{"a":1,"b":2}', '#: maximum size: [1], found: [2]'],
    ['{"dependencies":{"a":["b","c"]}}', '{"a":1,"c":1}', '#: property [b] is required'],
    ['{"dependencies":{"a":{"properties":{"b":{"type":"string"}}}}}', '{"a":1,"b":2}', '#/b: expected type: String, found: Integer'],
    ['{"dependencies":{"a":["b"]}}', '{"c":1}'],
  ])('objects: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    ['{"items":{"type":"integer"}}', '[1,"x"]', '#/1: expected type: Integer, found: String'],
    ['{"items":[{"type":"integer"}],"additionalItems":false}', '[1,2]', '#: expected: [1] array items, found: [2]'],
    ['{"items":[{"type":"integer"}],"additionalItems":{"type":"string"}}', '[1,"a",2]', '#/2: expected type: String, found: Integer'],
    ['{"additionalItems":false}', '[1,2]'],
    ['{"minItems":2}', '[1]', '#: expected minimum item count: 2, found: 1'],
    ['{"maxItems":1}', '[1,2]', '#: expected maximum item count: 1, found: 2'],
    ['{"uniqueItems":true}', '[1,1.0]', '#: array items are not unique'],
    ['{"uniqueItems":true}', '[{"a":1,"b":2},{"b":2,"a":1}]', '#: array items are not unique'],
    ['{"uniqueItems":true}', '[1,"1",true,[1]]'],
  ])('arrays: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    [
      field('{"anyOf":[{"type":"null"},{"type":"string","format":"date-time"}]}'),
      '{"f":"2024-01-02"}',
      union('#/f', 2),
      '#/f: expected: null, found: String',
      "#/f: [2024-01-02] is not a valid date-time. Expected [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}Z]",
    ],
    [field('{"anyOf":[{"type":"null"},{"type":"string","format":"date-time"}]}'), '{"f":null}'],
    ['{"oneOf":[{"type":"integer"},{"minimum":2}]}', '3', '#: #: 2 subschemas matched instead of one'],
    ['{"oneOf":[{"type":"integer"},{"minimum":2}]}', '2.5'],
    ['{"allOf":[{"type":"integer"},{"minimum":2}]}', '1', '#: #: only 1 subschema matches out of 2', '#: 1 is not greater or equal to 2'],
    ['{"not":{"type":"integer"}}', '1', '#: subject must not be valid against schema {"type":"integer"}'],
    ['{"enum":["a",1,null,{"x":[1]}]}', '{"x":[1.0]}'],
    ['{"enum":["a",1]}', '"b"', '#: b is not a valid enum value'],
    ['{"enum":["a",1]}', 'null', '#: null is not a valid enum value'],
    ['{"type":["null","string"],"enum":["a"]}', '"b"', '#: b is not a valid enum value'],
  ])('combinations: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    ['{"multipleOf":0.00001}', '1.275888', '#: 1.275888 is not a multiple of 1.0E-5'],
    ['{"multipleOf":0.01}', '19.99'],
    ['{"multipleOf":0.1}', '1.1'],
    ['{"multipleOf":1e-20}', '12345678901234567890.12345678901234567890'],
    ['{"multipleOf":1e-20}', '0.000000000000000000001', '#: 1.0E-21 is not a multiple of 1.0E-20'],
    ['{"multipleOf":3}', '9007199254740993'],
    ['{"multipleOf":3}', '9007199254740994', '#: 9007199254740994 is not a multiple of 3'],
    ['{"multipleOf":7}', '7e400'],
    ['{"multipleOf":7}', '"no number"'],
    ['{"minimum":1}', '0.5', '#: 0.5 is not greater or equal to 1'],
    ['{"minimum":1,"exclusiveMinimum":true}', '1.0', '#: 1.0 is not greater than 1'],
    ['{"maximum":1}', '1.0'],
    ['{"maximum":1}', '2e10', '#: 2.0E10 is not less or equal to 1'],
    ['{"maximum":1,"exclusiveMaximum":true}', '1', '#: 1 is not less than 1'],
    ['{"maximum":9007199254740993}', '9007199254740994', '#: 9007199254740994 is not less or equal to 9007199254740993'],
    ['{"minimum":-1e400}', '-1e401', '#: -1e401 is not greater or equal to -1e400'],
  ])('numbers: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it.each<Row>([
    ['{"minLength":2}', '"𝕏"', '#: expected minLength: 2, actual: 1'],
    ['{"minLength":2}', '"\\ud835\\udd4f"', '#: expected minLength: 2, actual: 1'],
    ['{"maxLength":2}', '"𝕏é"'],
    ['{"maxLength":2}', '"\\u0041bc"', '#: expected maxLength: 2, actual: 3'],
    ['{"pattern":"b"}', '"abc"'],
    ['{"pattern":"^\\\\u0062$"}', '"\\u0062"'],
    ['{"pattern":"^b$"}', '"abc"', '#: string [abc] does not match pattern ^b$'],
  ])('strings: %s with %s', (schema, value, ...lines) => {
    expect(failuresOf(schema, value)).toEqual(lines.length > 0 ? lines : undefined);
  });

  it('count several failures before they list them, in the order of the schema', () => {
    const schema = '{"properties":{"o":{"required":["x","y"]},"a/b":{"type":"string"},"c":{"type":["null","string"]}}}';
    expect(failuresOf(schema, '{"c":1,"o":{},"a/b":1}')).toEqual([
      '#: 5 schema violations found',
      '#/o: 2 schema violations found',
      '#/o: required key [x] not found',
      '#/o: required key [y] not found',
      '#/a~1b: expected type: String, found: Integer',
      '#/c: #: no subschema matched out of the total 2 subschemas',
      '#/c: expected: null, found: Integer',
      '#/c: expected type: String, found: Integer',
    ]);
  });

  it('check every occurrence of a repeated key, escaped or not', () => {
    expect(failuresOf(field('{"type":"integer"}'), '{"f":"x","f":1}')).toEqual(['#/f: expected type: Integer, found: String']);
    expect(failuresOf(field('{"type":"integer"}'), '{"f":1,"\\u0066":"x"}')).toEqual(['#/f: expected type: Integer, found: String']);
    expect(failuresOf('{"maxProperties":1}', '{"f":1,"f":2}')).toBeUndefined();
  });

  it('follow local references, recursive ones too, and ignore what stands beside them', () => {
    const tree =
      '{"definitions":{"a/b":{"type":"integer"}},"properties":{"v":{"$ref":"#/definitions/a~1b","type":"string"},"next":{"$ref":"#"}}}';
    expect(failuresOf(tree, '{"v":1,"next":{"next":{"v":2}}}')).toBeUndefined();
    expect(failuresOf(tree, '{"next":{"next":{"v":"x"}}}')).toEqual(['#/next/next/v: expected type: Integer, found: String']);
  });

  it.each(['date', 'time', 'singer.decimal', 'uuid', 'anything'])('ignore the format %s', (format) => {
    expect(failuresOf(`{"format":"${format}"}`, '"x"')).toBeUndefined();
  });
});

describe('a schema that is no draft-04 schema (import-api.md §6.1, §8.2)', () => {
  it.each([
    ['{"type":"any"}', 'unknown type: [any]'],
    ['{"properties":{"f":{"type":["null","date"]}}}', 'unknown type: [date]'],
    ['{"type":1}', 'key type: expected type is one of JSONArray or String, found: Integer'],
    ['{"properties":{"f":"string"}}', 'key null: expected type is one of JSONObject, found: String'],
    ['{"properties":{"f":true}}', 'key null: expected type is one of JSONObject, found: Boolean'],
    ['{"anyOf":[{},null]}', 'key null: expected type is one of JSONObject, found: null'],
    ['{"not":[]}', 'key null: expected type is one of JSONObject, found: JSONArray'],
    ['{"properties":[]}', 'key properties: expected type is one of JSONObject, found: JSONArray'],
    ['{"required":true}', 'key required: expected type is one of JSONArray, found: Boolean'],
    ['{"additionalProperties":1.5}', 'key additionalProperties: expected type is one of Boolean or JSONObject, found: Double'],
    ['{"items":true}', 'key items: expected type is one of JSONArray or JSONObject, found: Boolean'],
    ['{"dependencies":{"a":"b"}}', 'key dependencies: expected type is one of JSONArray or JSONObject, found: String'],
    ['{"minimum":"1"}', 'key minimum: expected type is one of Number, found: String'],
    ['{"exclusiveMinimum":0}', 'key exclusiveMinimum: expected type is one of Boolean, found: Integer'],
    ['{"minLength":-1}', 'key minLength: expected 0 or more'],
    ['{"maxItems":1.5}', 'key maxItems: expected type is one of Integer, found: Double'],
    ['{"multipleOf":0.0}', 'key multipleOf: expected a number above 0'],
    ['{"$ref":"http://example.com/schema#"}', '$ref [http://example.com/schema#] is not local; others are never fetched'],
    ['{"properties":{"f":{"$ref":"#/definitions/gone"}}}', '$ref [#/definitions/gone] points to nothing'],
    ['{"properties":{"f":{"$ref":"#/properties/f"}}}', '$ref [#/properties/f] leads back to itself'],
    ['{"pattern":"(?=a)"}', 'pattern [(?=a)] is not supported: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ])('%s', (schema, problem) => {
    expect(() => validatorOf(schema)).toThrow(new InvalidSchemaError(problem));
  });
});
