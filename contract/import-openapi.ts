import type { z } from 'zod';
import {
  accepted,
  batchBodySchema,
  batchMediaType,
  connectionInactive,
  credentialInQuery,
  importRoutes,
  methodNotAllowed,
  notAuthorized,
  notFound,
  pushBodySchema,
  valid,
} from './import-api.ts';
import { toContent, toSchema } from './json-schema.ts';
import {
  closed,
  describeApi,
  describeReplies,
  describeTransportErrors,
  text,
  type Installation,
  type Json,
  type ReplyBody,
} from './openapi-document.ts';

const failed = { const: 'ERROR' };
const withMessage = closed({ message: text });
const withStatus = closed({ status: failed, message: text });
const unstored = 'nothing was stored; send it again later';

/** On every path (import-api.md §8.4). */
const common: readonly ReplyBody[] = [
  { status: 401, about: 'no valid import token', schema: { enum: [notAuthorized.body, credentialInQuery.body] } },
  { status: 401, about: 'the source is not active', schema: { const: connectionInactive.body } },
  { status: 400, about: 'malformed encoding', schema: withStatus },
  { status: 408, about: 'body sent too slowly', schema: withMessage },
  { status: 413, about: 'body too large', schema: withStatus },
  { status: 415, about: 'encoding', schema: withStatus },
  { status: 500, about: 'a failure on our side', schema: closed({ error: text, request_id: text }) },
  ...describeTransportErrors(withMessage),
];

const batchErrors: readonly ReplyBody[] = [
  ...common,
  { status: 400, about: 'malformed, or not conforming', schema: closed({ error: text }) },
  { status: 415, about: 'media type', schema: { const: batchMediaType.body } },
  { status: 503, about: unstored, schema: withMessage },
];

const reasonsByField = { type: 'object', additionalProperties: { type: 'array', items: text } };

/** Of push and validate. */
const pushErrors: readonly ReplyBody[] = [
  ...common,
  { status: 400, about: 'malformed', schema: closed({ status: failed, message: text, error: text, input: { type: 'null' } }) },
  {
    status: 401,
    about: 'client_id is missing',
    schema: closed({ status: failed, error: { const: 'Not Authenticated.' }, errors: { type: 'null' } }),
  },
  {
    status: 403,
    about: 'client_id is not the account of the token',
    schema: closed({ status: failed, error: { const: 'Forbidden' }, errors: closed({ error: text }) }),
  },
  {
    status: 422,
    about: 'semantic errors',
    schema: closed({
      status: failed,
      error: text,
      errors: { type: 'array', items: closed({ reason: { anyOf: [text, reasonsByField] } }) },
    }),
  },
];

/** The Import API as an OpenAPI 3.1 document. */
export function describeImportApi(installation: Installation): Json {
  const { push, batch, validate, status } = importRoutes;
  return describeApi(installation, {
    title: 'Thimble Import API',
    description: 'Writes records into one source. The Bearer token is an import token.',
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An import token.' } },
    security: [{ bearer: [] }],
    unrouted: [
      { status: 404, about: 'not a path of the API', schema: { const: notFound.body } },
      { status: 405, about: 'not a method of the path', schema: { const: methodNotAllowed.body } },
      ...describeTransportErrors(withMessage),
    ],
    paths: {
      [push.path]: rows('push', 'Store records of any tables', pushBodySchema, [
        success(accepted),
        ...pushErrors,
        { status: 503, about: unstored, schema: withMessage },
      ]),
      [batch.path]: rows('batch', 'Store messages of one table', batchBodySchema, [success(accepted), ...batchErrors]),
      [validate.path]: rows('validate', 'Check a push body without storing it', pushBodySchema, [
        success(valid),
        ...pushErrors,
        { status: 504, about: unstored, schema: withMessage },
      ]),
      [status.path]: { get: describeStatus() },
    },
  });
}

function success({ status, body }: { readonly status: number; readonly body: Readonly<Record<string, unknown>> }): ReplyBody {
  return { status, about: 'Success', schema: { const: body } };
}

function rows(operationId: string, summary: string, schema: z.ZodType, replies: readonly ReplyBody[]): Json {
  const requestBody = { required: true, content: toContent(toSchema(schema, 'input')) };
  return { post: { operationId, summary, requestBody, responses: describeReplies(replies) } };
}

function describeStatus(): Json {
  const state = (status: string, reason: Json): Json =>
    closed({ name: { const: 'pipeline.gate' }, version: text, revision: text, status: { const: status }, reason });
  return {
    operationId: 'status',
    summary: 'Say whether the Import API is healthy',
    security: [],
    responses: describeReplies([
      { status: 200, about: 'Healthy', schema: state('OK', { type: 'null' }) },
      { status: 503, about: 'Unhealthy', schema: state('ERROR', text) },
      ...describeTransportErrors(withMessage),
    ]),
  };
}
