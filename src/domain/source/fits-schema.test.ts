import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sourceTypes } from '../../../contract/connect-api/source-types.ts';
import { fitsSchema } from './fits-schema.ts';

const schemas = sourceTypes.flatMap((card) =>
  card.steps.flatMap((step) => step.properties.flatMap(({ json_schema: schema }) => (schema === null ? [] : [schema]))),
);
const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];

it('gives the verdict of a validator of JSON Schema for every schema of the catalogue that has no format', () => {
  const ajv = new Ajv({ strict: true, strictTypes: false });
  const plain = distinct.filter((schema) => !JSON.stringify(schema).includes('"format"'));
  const judges = plain.map((schema) => ({ schema, validate: ajv.compile(schema) }));
  const texts = fc.constantFrom('true', 'false', '60', '1', '2031-01-01T00:00:00Z', 'REST', 'LOG_BASED', 'tap-github', '', ' 1', 'x');
  const values = fc.oneof(
    texts,
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.oneof(texts, fc.integer(), fc.record({ id: texts, name: fc.oneof(texts, fc.integer()) }, { requiredKeys: [] }))),
    fc.object({ maxDepth: 1 }),
  );
  expect(plain.length).toBeGreaterThan(8);
  fc.assert(
    fc.property(values, (value) => {
      // Beyond 2^53 we refuse what JSON.parse has rounded already.
      if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)) return;
      for (const { schema, validate } of judges) {
        expect(fitsSchema(schema, value), `${JSON.stringify(schema)} ${JSON.stringify(value)}`).toBe(validate(value));
      }
    }),
    { numRuns: 1000, seed: 6 },
  );
});

it('knows host names, IPv4 addresses and instants', () => {
  const fits = (format: string, value: string): boolean => fitsSchema({ type: 'string', format }, value);
  for (const name of ['localhost', 'db.example.test', 'a_b.c-d.e', '10.0.0.1']) expect(fits('hostname', name), name).toBe(true);
  for (const name of ['', 'a b', '-a.b', 'a..b', 'a.', 'x'.repeat(64), 'http://a', 'a/b', 'ä.b'])
    expect(fits('hostname', name), name).toBe(false);
  for (const address of ['0.0.0.0', '192.168.1.255']) expect(fits('ipv4', address), address).toBe(true);
  for (const address of ['1.2.3', '1.2.3.4.', '1.2.3.256', '1.2.3.4.5', '::1', '01.2.3.4.'])
    expect(fits('ipv4', address), address).toBe(false);
  for (const instant of ['2031-04-02T08:00Z', '2031-04-02T08:00:00.123456+02:00']) expect(fits('date-time', instant), instant).toBe(true);
  for (const instant of ['2031-04-02', 'noon', '2031-04-02T08:00:00 Z']) expect(fits('date-time', instant), instant).toBe(false);
});
