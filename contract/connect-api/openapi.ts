import { toContent, toSchema } from '../json-schema.ts';
import {
  closed,
  describeApi,
  describePathParameters,
  describeReplies,
  describeTransportErrors,
  open,
  text,
  type Installation,
  type Json,
  type ReplyBody,
} from '../openapi-document.ts';
import type { ErrorRow } from './errors.ts';
import { requestExamples } from './examples.ts';
import type { ConnectRoute } from './route.ts';
import { connectApiRoutes } from './routes.ts';

/** What every API for keys answers before any route. */
export const keyTransportErrors: readonly ReplyBody[] = describeTransportErrors(
  closed({ error: { const: 'BadRequest' }, data: open({ message: text }) }),
);

/** And to paths that are none, such as those with ids that are no digits. */
const keyRoutingErrors: readonly ReplyBody[] = [
  { status: 401, about: 'Unauthorized', schema: closed({ error: { const: 'Unauthorized' }, data: open({ message: text }) }) },
  { status: 404, about: 'NotFound', schema: closed({ error: { const: 'NotFound' }, data: open({ message: text }) }) },
];

/** How API keys are sent, and what paths that are none are answered with. */
export const keyApi = {
  securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An API access key.' } },
  security: [{ bearer: [] }],
  unrouted: [...keyRoutingErrors, ...keyTransportErrors],
};

/** The Connect API as an OpenAPI 3.1 document. */
export function describeConnectApi(installation: Installation): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<ConnectRoute>(connectApiRoutes)) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(operationId, route);
  }
  return describeApi(installation, {
    title: 'Thimble Connect API',
    description: 'Controls an account. The Bearer token is an API access key.',
    paths,
    ...keyApi,
  });
}

function describeRoute(operationId: string, route: ConnectRoute): Json {
  const inQuery = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: toSchema(schema, 'input'),
  }));
  const parameters = [...describePathParameters(route.path), ...inQuery];
  const rows = Map.groupBy(Object.values<ErrorRow>(route.errors), ({ status, shape }) => `${status} ${shape}`);
  const errors = [...rows.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          describeRows(
            first.status,
            first.shape,
            [first, ...others].flatMap((row) => ('code' in row ? [row.code] : [])),
          ),
        ],
  );
  // Jobs have a shape of their own, but not where their path is none.
  const routing = route.errors.unauthorized?.shape === 'S1' ? [] : keyRoutingErrors;
  const success: ReplyBody[] =
    route.redirects === true ? [] : [{ status: 200, about: 'Success', schema: toSchema(route.response, 'output') }];
  return {
    operationId,
    summary: route.summary,
    ...(route.open === true ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...describeBody(operationId, route),
    responses: {
      ...(route.redirects === true ? { '302': { description: 'Elsewhere', headers: { location: { schema: text } } } } : {}),
      ...describeReplies([...success, ...errors, ...routing, ...keyTransportErrors]),
    },
  };
}

function describeBody(operationId: string, { body }: ConnectRoute): Json {
  if (body === undefined) return {};
  const schema = toSchema(body, 'input');
  const examples = requestExamples[operationId];
  const content = toContent(schema);
  if (examples !== undefined) {
    Object.assign(content['application/json'] as Json, {
      examples: Object.fromEntries(examples.map((value, index) => [`example_${index + 1}`, { value }])),
    });
  }
  return { requestBody: { required: !body.safeParse(undefined).success, content } };
}

/** The bodies errors of one status and shape have (connect-api.md §2.2). */
function describeRows(status: number, shape: ErrorRow['shape'], codes: readonly string[]): ReplyBody {
  const about = [...new Set(codes)].sort();
  const code = about.length === 1 ? { const: about[0] } : { enum: about };
  switch (shape) {
    case 'S1':
      return { status, about: about.join(', '), schema: closed({ error: code, data: open({ message: text }) }) };
    case 'S2':
      return { status, about: about.join(', '), schema: closed({ error: open({ type: code, message: text }) }) };
    case 'S4':
      return { status, about: 'what is wrong, as a bare JSON string', schema: text };
    case 'S5': {
      const errors = { type: 'object', additionalProperties: text };
      const schema = {
        type: 'object',
        properties: { code, message: text, errors },
        required: ['code', 'message'],
        additionalProperties: false,
      };
      return { status, about: about.join(', '), schema };
    }
    case 'S6':
      return { status, about: 'what cannot be written', schema: closed({ invalid_fields: text }) };
  }
}
