import { keyApi, keyTransportErrors } from '../connect-api/openapi.ts';
import { toContent, toSchema } from '../json-schema.ts';
import {
  closed,
  describeApi,
  describePathParameters,
  describeReplies,
  open,
  text,
  type Installation,
  type Json,
} from '../openapi-document.ts';
import { customEmailRoutes } from './custom-emails.ts';
import type { NotificationErrorRow } from './errors.ts';
import { hookRoutes } from './hooks.ts';
import type { NotificationRoute } from './route.ts';

/** The notifications API as an OpenAPI 3.1 document. */
export function describeNotificationsApi(installation: Installation): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<NotificationRoute>({ ...customEmailRoutes, ...hookRoutes })) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(operationId, route);
  }
  return describeApi(installation, {
    title: 'Thimble notifications API',
    description: 'Whom an account tells. The Bearer token is an API access key.',
    paths,
    ...keyApi,
  });
}

function describeRoute(operationId: string, route: NotificationRoute): Json {
  const parameters = describePathParameters(route.path);
  const errors = Object.entries(route.errors).map(([about, row]) => ({ status: row.status, about, schema: describeError(row) }));
  const success = { status: 200, about: 'Success', schema: toSchema(route.response, 'output') };
  return {
    operationId,
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: toContent(toSchema(route.body, 'input')) } }),
    responses: describeReplies([success, ...errors, ...keyTransportErrors]),
  };
}

function describeError(row: NotificationErrorRow): Json {
  switch (row.shape) {
    case 'S1':
      return closed({ error: { const: row.code }, data: open({ message: text }) });
    case 'S3':
      return closed({ error: closed({ message: row.field === undefined ? text : closed({ [row.field]: text }) }) });
    case 'echo':
      return closed({ [row.field]: {} });
    case 'S7':
      return closed(Object.fromEntries(Object.entries(row.body).map(([name, value]) => [name, { const: value }])));
  }
}
