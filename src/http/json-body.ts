import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../contract/errors.ts';

const maxBodyBytes = 1_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads every body as JSON whatever its content type says; an empty one is no body (connect-api.md §1.1). */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (request, body, done) => {
    try {
      done(null, parseJson(request, body as Buffer));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/** The body in the shape the schema asks for. Throws `invalid_body`, naming the keys at fault. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('invalid_body', 'The body must be a JSON object.');
  // JSON can hold a `__proto__` key of its own, which schemas pass over.
  if (Object.hasOwn(body, '__proto__')) throw new AppError('invalid_body', 'Invalid keys: Unrecognized key: "__proto__".');
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues
    .slice(0, 5)
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`));
  throw new AppError('invalid_body', `Invalid keys: ${reasons.join('; ')}.`.slice(0, 500));
}

function parseJson(request: FastifyRequest, body: Buffer): unknown {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError('invalid_body', 'Bodies must not be compressed here.');
  }
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new AppError('invalid_json', 'The body is not JSON.');
  }
}
