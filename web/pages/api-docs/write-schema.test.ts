import { expect, it } from 'vitest';
import { writeSchema } from './write-schema.ts';

it('writes what an object has, what may be missing and what may be more', () => {
  const schema = {
    type: 'object',
    properties: { id: { type: 'integer' }, tags: { type: 'array', items: { enum: ['a', 'b'] } }, paused_at: { type: ['string', 'null'] } },
    required: ['id'],
    additionalProperties: false,
  };
  expect(writeSchema(schema)).toBe('{\n  id: integer\n  tags?: ("a" | "b")[]\n  paused_at?: string | null\n}');
  expect(writeSchema({ type: 'object' })).toBe('{\n  …\n}');
});

it('writes alternatives once each, and values as JSON', () => {
  expect(writeSchema({ anyOf: [{ const: 'x' }, { type: 'string', format: 'email' }, { const: 'x' }] })).toBe('"x" | string (email)');
  expect(writeSchema({})).toBe('any');
});
