import { z } from 'zod';

type Json = Record<string, unknown>;

/** A schema as OpenAPI 3.1 writes it. */
export function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // oxlint-disable-next-line no-underscore-dangle -- zod 4's documented way to a schema's definition
      if (zodSchema._zod.def.type === 'bigint') Object.assign(jsonSchema, { type: 'integer', format: 'int64' });
    },
  });
  return rest;
}

/** A body of that schema. */
export function toContent(schema: Json): Json {
  return { 'application/json': { schema } };
}
