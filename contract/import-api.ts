/** The Import API as data (import-api.md): limits, paths, bodies, and the schemas of what clients send. */
import { z } from 'zod';
import { maxRecords } from './import-limits.ts';

export const importApiPrefix = '/v2/import';

/** Bytes of an inflated body (import-api.md A2). */
export const maxBodyBytes = 20_000_000;
export const maxSequence = 9_223_372_036_854_775_807n;

export type ImportEndpoint = 'push' | 'batch' | 'validate';
export type JsonObject = Readonly<Record<string, unknown>>;

export interface ImportRoute {
  readonly path: string;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[];
}

export const importRoutes: Readonly<Record<ImportEndpoint | 'status', ImportRoute>> = {
  push: { path: '/v2/import/push', methods: ['POST'] },
  batch: { path: '/v2/import/batch', methods: ['POST'] },
  validate: { path: '/v2/import/validate', methods: ['POST'] },
  status: { path: '/v2/import/status', methods: ['GET', 'HEAD'] },
};

/** Success bodies, compared byte for byte by a client (import-api.md §1.2, §8.1). */
export const accepted = { status: 201, body: { status: 'OK', message: 'Batch Accepted!' } } as const;
export const valid = { status: 200, body: { status: 'OK', message: 'Batch is valid!' } } as const;

/** An error answer: status and JSON object (import-api.md §8.4: always an object, `status`, `message` and `error` strings). */
export interface ImportError {
  readonly status: number;
  readonly body: JsonObject;
}

export const methodNotAllowed: ImportError = { status: 405, body: { message: 'Method not allowed.' } };
export const notFound: ImportError = { status: 404, body: { message: 'Not found.' } };
export const notAuthorized: ImportError = { status: 401, body: { message: 'Not Authorized' } };
export const credentialInQuery: ImportError = {
  status: 401,
  body: { message: 'Not Authorized: send the token in the Authorization header, never in the URL.' },
};
export const connectionInactive: ImportError = {
  status: 401,
  body: { error: 'Forbidden', errors: { error: 'Connection is not active.' } },
};
export const batchMediaType: ImportError = { status: 415, body: { message: 'Content-Type must be application/json' } };
export const bodyTimeout: ImportError = { status: 408, body: { message: 'The body was sent too slowly.' } };

/** `mediaType` as the client sent it, without parameters; undefined when it sent none. */
export function pushMediaType(mediaType: string | undefined): ImportError {
  const message = `Unsupported content-type ${mediaType ?? '(none)'}. Please send application/json or application/transit+json`;
  return { status: 415, body: { status: 'ERROR', message } };
}

export function unsupportedEncoding(encoding: string): ImportError {
  return {
    status: 415,
    body: { status: 'ERROR', message: `Unsupported content-encoding ${encoding}. Please send gzip, deflate or identity` },
  };
}

export function malformedEncoding(message: string): ImportError {
  return { status: 400, body: { status: 'ERROR', message } };
}

export function bodyTooLarge(bytes: number): ImportError {
  return { status: 413, body: { status: 'ERROR', message: `Request rejected: request size (${bytes} bytes) exceeds the maximum` } };
}

/** Nothing was stored; the client may send the same bytes again. Validate never answers 503 (import-api.md §1), so it gets 504 (§8.4). */
export function unavailable(endpoint: ImportEndpoint | 'webhook', message: string): ImportError {
  return { status: endpoint === 'validate' ? 504 : 503, body: { message } };
}

export function internalError(requestId: string): ImportError {
  return { status: 500, body: { error: 'Internal error', request_id: requestId } };
}

/** Body of `GET /v2/import/status`; `reason` is null while healthy. */
export interface ImportStatus {
  readonly name: 'pipeline.gate';
  readonly version: string;
  readonly revision: string;
  readonly status: 'OK' | 'ERROR';
  readonly reason: string | null;
}

/** Integers beyond 2^53 appear as bigint, since a JavaScript number would not hold them. */
const int64 = z.union([
  z.int(),
  z
    .bigint()
    .gte(-(2n ** 63n))
    .lte(maxSequence),
]);
const data = z.record(z.string(), z.unknown());
const keyNames = z.array(z.string());

/** One element of a push body (import-api.md §4.1). `switch_view` is the legacy activation and has neither keys nor data (§9). */
const pushRecordSchema = z.union([
  z.strictObject({
    client_id: z.union([z.int(), z.string().regex(/^\d+$/)]),
    table_name: z.string().regex(/\S/),
    sequence: int64,
    action: z.literal('upsert'),
    key_names: keyNames.min(1),
    data,
    table_version: int64.optional(),
    namespace: z.string().nullish(),
  }),
  z.strictObject({
    client_id: z.union([z.int(), z.string().regex(/^\d+$/)]),
    table_name: z.string().regex(/\S/),
    sequence: int64,
    action: z.literal('switch_view'),
    table_version: int64,
    namespace: z.string().nullish(),
  }),
]);

export const pushBodySchema = z.array(pushRecordSchema).min(1).max(maxRecords);

/** One message of a batch (import-api.md §3.2): closed to other keys. */
const batchMessageSchema = z.union([
  z.strictObject({ action: z.literal('upsert'), sequence: int64, data, time_extracted: z.string().optional() }),
  z.strictObject({ action: z.literal('activate_version'), sequence: int64, time_extracted: z.string().optional() }),
]);

/** A batch body (import-api.md §3.1): the four documented keys, and three more that real clients send. */
export const batchBodySchema = z.strictObject({
  table_name: z.string().regex(/\S/),
  schema: data,
  messages: z.array(batchMessageSchema).min(1).max(maxRecords),
  key_names: keyNames.nullish(),
  table_version: int64.optional(),
  bookmark_names: keyNames.optional(),
  vintage: z.string().optional(),
});
