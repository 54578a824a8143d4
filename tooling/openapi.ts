/** `npm run openapi`: writes docs/api/ (OpenAPI 3.1, and the table of error codes) from `contract/`. `--check` fails when it is stale. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { describeAccountApi } from '../contract/account-api/openapi.ts';
import type { ErrorRow } from '../contract/connect-api/errors.ts';
import type { ConnectRoute } from '../contract/connect-api/route.ts';
import { connectApiRoutes } from '../contract/connect-api/routes.ts';
import { describeNotificationPaths } from '../contract/notifications-api/openapi.ts';
import { errorTable } from '../contract/errors.ts';
import * as importApi from '../contract/import-api.ts';
import { toContent, toSchema } from '../contract/json-schema.ts';
import { readVersion } from '../src/config/version.ts';
import { root } from './steps.ts';

type Json = Record<string, unknown>;

const describeApi = (title: string, description: string, paths: Json): Json => ({
  openapi: '3.1.0',
  info: { title, description, version: readVersion(), license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
  servers: [{ url: 'http://127.0.0.1:4600' }],
  security: [{ bearer: [] }],
  paths,
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
});

function describeConnectApi(): Json {
  const paths: Record<string, Json> = {};
  const routes: Record<string, ConnectRoute> = connectApiRoutes;
  for (const [operationId, route] of Object.entries(routes)) {
    const byStatus = Map.groupBy(Object.values(route.errors), ({ status }: ErrorRow) => status);
    const errors = new Map([...byStatus].map(([status, rows]) => [status, describeRows(rows)]));
    const inSuccess = errors.get(200);
    errors.delete(200);
    const response = toSchema(route.response, 'output');
    const success = inSuccess === undefined ? response : { anyOf: [response, ...inSuccess.schemas] };
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: name === 'type' || name === 'job_name' ? { type: 'string' } : { type: 'integer' },
    }));
    const inQuery = Object.keys(route.query?.shape ?? {}).map((name) => ({ name, in: 'query', schema: { type: 'integer' } }));
    const parameters = [...inPath, ...inQuery];
    const operation: Json = {
      operationId,
      summary: route.summary,
      ...(route.open === true ? { security: [] } : {}),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(route.body === undefined
        ? {}
        : { requestBody: { required: !route.body.safeParse(undefined).success, content: toContent(toSchema(route.body, 'input')) } }),
      responses: {
        ...(route.redirects === true
          ? { '302': { description: 'Elsewhere', headers: { location: { schema: { type: 'string' } } } } }
          : { '200': { description: 'Success', content: toContent(success) } }),
        ...Object.fromEntries(
          [...errors].map(([status, { codes, schemas }]) => [
            String(status),
            {
              description: codes.join(', ') || 'What is wrong',
              content: toContent(schemas.length === 1 && schemas[0] !== undefined ? schemas[0] : { anyOf: schemas }),
            },
          ]),
        ),
      },
    };
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation;
  }
  return describeApi('Thimble Connect API', 'Controls an account. The Bearer token is an API access key.', paths);
}

/** The bodies errors of one status may have, and their codes. */
function describeRows(rows: readonly ErrorRow[]): { codes: string[]; schemas: Json[] } {
  const codesOf = (shape: 'S1' | 'S2' | 'S5'): string[] =>
    [...new Set(rows.flatMap((row) => (row.shape === shape && 'code' in row ? [row.code] : [])))].sort();
  const [coded, typed, ofAccounts] = [codesOf('S1'), codesOf('S2'), codesOf('S5')];
  const message = { type: 'string' };
  const schemas: Json[] = [];
  if (coded.length > 0) {
    schemas.push({
      type: 'object',
      properties: { error: { enum: coded }, data: { type: 'object', properties: { message }, required: ['message'] } },
      required: ['error', 'data'],
    });
  }
  if (typed.length > 0) {
    const error = { type: 'object', properties: { type: { enum: typed }, message }, required: ['type', 'message'] };
    schemas.push({ type: 'object', properties: { error }, required: ['error'] });
  }
  if (ofAccounts.length > 0) {
    const errors = { type: 'object', additionalProperties: message };
    schemas.push({ type: 'object', properties: { code: { enum: ofAccounts }, message, errors }, required: ['code', 'message'] });
  }
  if (rows.some(({ shape }) => shape === 'S6'))
    schemas.push({ type: 'object', properties: { invalid_fields: message }, required: ['invalid_fields'] });
  if (rows.some(({ shape }) => shape === 'S4')) schemas.push({ type: 'string', description: 'What is wrong, as a bare JSON string.' });
  return { codes: [...coded, ...typed, ...ofAccounts], schemas };
}

function describeImportApi(): Json {
  const failure = { type: 'object', properties: { status: { type: 'string' }, message: { type: 'string' } } };
  const answers = (success: { status: number; body: Json }, statuses: Record<number, string>): Json => ({
    [success.status]: { description: 'Success', content: toContent({ const: success.body }) },
    ...Object.fromEntries(Object.entries(statuses).map(([status, description]) => [status, { description, content: toContent(failure) }])),
  });
  const common = {
    400: 'Malformed, or against the rules of the surface',
    401: 'No valid import token, or the source is not active',
    408: 'Body sent too slowly',
    413: 'Body too large',
    415: 'Media type or encoding',
  };
  const push = { ...common, 403: 'client_id is not the account of the token', 422: 'Semantic errors' };
  const retry = 'Nothing was stored; send it again later';
  const operation = (operationId: string, summary: string, schema: z.ZodType, responses: Json): Json => ({
    post: { operationId, summary, requestBody: { required: true, content: toContent(toSchema(schema, 'input')) }, responses },
  });
  const { push: pushRoute, batch, validate, status } = importApi.importRoutes;
  return describeApi('Thimble Import API', 'Writes records into one source. The Bearer token is an import token.', {
    [pushRoute.path]: operation(
      'push',
      'Store records of any tables',
      importApi.pushBodySchema,
      answers(importApi.accepted, { ...push, 503: retry }),
    ),
    [batch.path]: operation(
      'batch',
      'Store messages of one table',
      importApi.batchBodySchema,
      answers(importApi.accepted, { ...common, 503: retry }),
    ),
    [validate.path]: operation(
      'validate',
      'Check a push body without storing it',
      importApi.pushBodySchema,
      answers(importApi.valid, { ...push, 504: retry }),
    ),
    [status.path]: {
      get: {
        operationId: 'status',
        summary: 'Say whether the Import API is healthy',
        security: [],
        responses: {
          '200': { description: 'Healthy', content: toContent({ type: 'object' }) },
          '503': { description: 'Unhealthy', content: toContent({ type: 'object' }) },
        },
      },
    },
  });
}

function describeErrors(): string {
  const rows = Object.entries(errorTable).map(([code, { meaning, cure }]) => `| \`${code}\` | ${meaning} | ${cure} |`);
  const intro = '# Error codes\n\nOf the control plane. Each surface renders a code in its own shape; its OpenAPI document says how.\n';
  return `${intro}\n| code | meaning | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
}

const toText = (document: Json): string => `${JSON.stringify(document, undefined, 2)}\n`;
const folder = `${root}docs/api/`;
const documents = {
  'account-api.openapi.json': toText(describeAccountApi(readVersion())),
  'connect-api.openapi.json': toText(describeConnectApi()),
  'notifications-api.openapi.json': toText(
    describeApi('Thimble notifications API', 'Whom an account tells. The Bearer token is an API access key.', describeNotificationPaths()),
  ),
  'import-api.openapi.json': toText(describeImportApi()),
  'errors.md': describeErrors(),
};
const isCheck = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(documents)) {
  if (!isCheck) writeFileSync(folder + name, text);
  else if (!existsSync(folder + name) || readFileSync(folder + name, 'utf8') !== text) {
    process.stdout.write(`docs/api/${name} is stale: run "npm run openapi".\n`);
    process.exitCode = 1;
  }
}
