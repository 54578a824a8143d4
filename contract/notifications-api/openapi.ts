import { toContent, toSchema } from '../json-schema.ts';
import { customEmailRoutes } from './custom-emails.ts';
import type { NotificationErrorRow } from './errors.ts';
import { hookRoutes } from './hooks.ts';
import type { NotificationRoute } from './route.ts';

type Json = Record<string, unknown>;

/** The paths of the notifications API, for an OpenAPI 3.1 document. */
export function describeNotificationPaths(): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<NotificationRoute>({ ...customEmailRoutes, ...hookRoutes })) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(operationId, route);
  }
  return paths;
}

function describeRoute(operationId: string, route: NotificationRoute): Json {
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'integer' },
  }));
  const byStatus = Map.groupBy(Object.entries(route.errors), ([, row]) => row.status);
  const errors = [...byStatus].map(([status, rows]): [string, Json] => {
    const schemas = new Map(rows.map(([, row]) => describeError(row)).map((schema) => [JSON.stringify(schema), schema]));
    const [only, ...others] = schemas.values();
    const schema = others.length === 0 ? (only ?? {}) : { anyOf: [...schemas.values()] };
    return [String(status), { description: rows.map(([code]) => code).join(', '), content: toContent(schema) }];
  });
  return {
    operationId,
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: toContent(toSchema(route.body, 'input')) } }),
    responses: {
      '200': { description: 'Success', content: toContent(toSchema(route.response, 'output')) },
      ...Object.fromEntries(errors),
    },
  };
}

function describeError(row: NotificationErrorRow): Json {
  const text = { type: 'string' };
  switch (row.shape) {
    case 'S1':
      return object({ error: { const: row.code }, data: { ...object({ message: text }), additionalProperties: true } });
    case 'S3':
      return object({ error: object({ message: row.field === undefined ? text : object({ [row.field]: text }) }) });
    case 'echo':
      return object({ [row.field]: {} });
    case 'S7':
      return object(Object.fromEntries(Object.entries(row.body).map(([name, value]) => [name, { const: value }])));
  }
}

function object(properties: Json): Json {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
