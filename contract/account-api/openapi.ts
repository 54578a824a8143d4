import type { ErrorCode } from '../errors.ts';
import { toContent, toSchema } from '../json-schema.ts';
import { describeApi, describePathParameters, type Installation, type Json } from '../openapi-document.ts';
import { accountErrorBody, accountStatuses, commonAccountErrors } from './errors.ts';
import type { AccountRoute } from './route.ts';
import { accountApiRoutes } from './routes.ts';

const security: Readonly<Record<AccountRoute['access'], readonly Json[]>> = {
  public: [],
  session: [{ session: [] }],
  administrator: [{ session: [] }],
  session_or_key: [{ session: [] }, { bearer: [] }],
};

/** The Account API as an OpenAPI 3.1 document. */
export function describeAccountApi(installation: Installation): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<AccountRoute>(accountApiRoutes)) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(operationId, route);
  }
  return describeApi(installation, {
    title: 'Thimble Account API',
    description: 'What the web app calls. Changing requests need an Origin of the server itself.',
    paths,
    security: [{ session: [] }],
    securitySchemes: {
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-thimble_session',
        description: 'Set by signing in; named thimble_session over plain HTTP on loopback.',
      },
      bearer: { type: 'http', scheme: 'bearer', description: 'An API access key.' },
    },
  });
}

function describeRoute(operationId: string, route: AccountRoute): Json {
  const inQuery = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: toSchema(schema, 'input'),
  }));
  const parameters = [...describePathParameters(route.path), ...inQuery];
  const success =
    route.response === undefined
      ? { '204': { description: 'Done' } }
      : { '200': { description: 'Success', content: toContent(toSchema(route.response, 'output')) } };
  return {
    operationId,
    summary: route.summary,
    security: security[route.access],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: toContent(toSchema(route.body, 'input')) } }),
    responses: { ...success, ...describeErrors([...commonAccountErrors, ...route.errors]) },
  };
}

function describeErrors(codes: readonly ErrorCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => accountStatuses[code] ?? 500);
  const content = toContent(toSchema(accountErrorBody, 'output'));
  return Object.fromEntries([...byStatus].map(([status, rows]) => [String(status), { description: rows.join(', '), content }]));
}
