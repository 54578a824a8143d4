import type { z } from 'zod';
import { AppError } from '../../../contract/errors.ts';
import { parseBody } from '../json-body.ts';

/** The body in the shape the schema asks for; where it is not, `keys` says what it may hold (connect-api.md §2.3). Throws `invalid_body`. */
export function parseKeys<T>(schema: z.ZodType<T>, body: unknown, keys: string): T {
  try {
    return parseBody(schema, body);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('invalid_body', `${error.message} ${keys}`, {}, { cause: error });
  }
}
