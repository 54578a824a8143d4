import Ajv from 'ajv-draft-04';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { failuresOf, validatorOf } from '../../../tests/support/check-schema.ts';

/** Schemas and values over few names and numbers, so that they meet. Numbers are quarters: exact in the floats of the other validator. */
const name = fc.constantFrom('a', 'b', 'c', 'é', 'a/b', '𝕏');
const number = fc.oneof(
  fc.integer({ min: -8, max: 8 }),
  fc.integer({ min: -32, max: 32 }).map((quarters) => quarters / 4),
);
const text = fc.oneof(fc.constantFrom('', 'a', 'b', 'ab', 'é', '𝕏𝕏', '\u0000', '"\\', '10'), fc.string({ maxLength: 4, unit: 'binary' }));
const scalar = fc.oneof(fc.constantFrom(null, true, false), number, text);

function values(depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return scalar;
  const part = values(depth - 1);
  return fc.oneof({ weight: 2, arbitrary: scalar }, fc.array(part, { maxLength: 4 }), fc.dictionary(name, part, { maxKeys: 5 }));
}

const count = fc.integer({ min: 0, max: 3 });
const typeName = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'object', 'array');
const pattern = fc.constantFrom('^a', 'b$', '[0-9]+', '^.{2,}$', 'é', '^(a|b)*$', '\\d', '^$', '𝕏', '\\u0061');

/** `isBelow`: the schema applies inside the value, so that a reference cannot lead back to the same place. */
function schemas(depth: number, isBelow: boolean): fc.Arbitrary<object> {
  const reference = fc.constantFrom({ $ref: '#/definitions/a' }, { $ref: '#/definitions/b' }, { $ref: '#' });
  if (depth === 0)
    return isBelow ? fc.oneof(reference, fc.record({ type: typeName })) : fc.record({ type: typeName }, { requiredKeys: [] });
  const here = schemas(depth - 1, false);
  const below = schemas(depth - 1, true);
  const list = fc.array(here, { minLength: 1, maxLength: 3 });
  const schema = fc
    .array(
      fc.oneof(
        fc.record({ type: fc.oneof(typeName, fc.uniqueArray(typeName, { minLength: 1, maxLength: 4 })) }),
        fc.record({ properties: fc.dictionary(name, below, { maxKeys: 4 }) }),
        fc.record({ required: fc.uniqueArray(name, { maxLength: 3 }) }),
        fc.record({ additionalProperties: fc.oneof(fc.boolean(), below) }),
        fc.record({ patternProperties: fc.dictionary(pattern, below, { maxKeys: 2 }) }),
        fc.record({ items: fc.oneof(below, fc.array(below, { maxLength: 3 })) }),
        fc.record({ additionalItems: fc.oneof(fc.boolean(), below) }),
        fc.record({ anyOf: list }),
        fc.record({ oneOf: list }),
        fc.record({ allOf: list }),
        fc.record({ not: here }),
        fc.record({ enum: fc.array(values(1), { minLength: 1, maxLength: 4 }) }),
        fc.record({ minimum: number, exclusiveMinimum: fc.boolean() }),
        fc.record({ maximum: number, exclusiveMaximum: fc.boolean() }),
        fc.record({ multipleOf: fc.constantFrom(1, 2, 3, 0.5, 0.25, 1.25) }),
        fc.record({ minLength: count }),
        fc.record({ maxLength: count }),
        fc.record({ pattern }),
        fc.record({ minItems: count }),
        fc.record({ maxItems: count }),
        fc.record({ uniqueItems: fc.boolean() }),
        fc.record({ minProperties: count }),
        fc.record({ maxProperties: count }),
        fc.record({
          dependencies: fc.dictionary(name, fc.oneof(fc.uniqueArray(name, { minLength: 1, maxLength: 2 }), here), { maxKeys: 2 }),
        }),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => Object.assign({}, ...parts) as object);
  return isBelow ? fc.oneof({ weight: 3, arbitrary: schema }, reference) : schema;
}

it('gives the verdict of another validator on generated schemas and values, and says what is wrong exactly when something is', () => {
  const verdicts = { accepted: 0, refused: 0 };
  const root = fc
    .tuple(schemas(3, false), schemas(2, false), schemas(2, false))
    .map(([schema, a, b]) => ({ ...schema, definitions: { a, b } }));
  const property = fc.property(root, fc.array(values(3), { minLength: 20, maxLength: 20 }), (generated, candidates) => {
    const schema = JSON.parse(JSON.stringify(generated)) as object;
    const other = new Ajv.default({ strict: false, validateSchema: false, validateFormats: false, logger: false }).compile(schema);
    const validator = validatorOf(JSON.stringify(schema));
    for (const candidate of candidates) {
      const text = JSON.stringify(candidate);
      const value: unknown = JSON.parse(text);
      const lines = failuresOf(validator, text);
      const accepted = other(value);
      expect({ value, accepted: lines === undefined, lines: lines?.length === 0 }).toEqual({ value, accepted, lines: false });
      verdicts[accepted ? 'accepted' : 'refused']++;
    }
  });
  fc.assert(property, { seed: 20_240_601, numRuns: 400 });
  // Both kinds were met often, or the test would show little.
  expect(verdicts.accepted).toBeGreaterThan(1000);
  expect(verdicts.refused).toBeGreaterThan(1000);
}, 120_000);
