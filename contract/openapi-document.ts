/** What the OpenAPI documents of all APIs have in common. */
import { toContent } from './json-schema.ts';

export type Json = Record<string, unknown>;

/** Of the installation a document is for. */
export interface Installation {
  readonly version: string;
  /** Where its APIs are; the document's only server. */
  readonly origin: string;
}

export interface ApiDescription {
  readonly title: string;
  readonly description: string;
  readonly paths: Json;
  readonly securitySchemes: Json;
  /** Of operations that do not say it themselves. */
  readonly security: readonly Json[];
  /** What paths and methods that are none are answered with; in the document as `components.responses.Unrouted…`. */
  readonly unrouted?: readonly ReplyBody[];
}

/** A whole OpenAPI 3.1 document. */
export function describeApi(installation: Installation, api: ApiDescription): Json {
  const { title, description, paths, securitySchemes, security, unrouted = [] } = api;
  const responses = Object.fromEntries(Object.entries(describeReplies(unrouted)).map(([status, reply]) => [`Unrouted${status}`, reply]));
  return {
    openapi: '3.1.0',
    info: { title, description, version: installation.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: installation.origin }],
    security,
    paths,
    components: { securitySchemes, ...(unrouted.length > 0 ? { responses } : {}) },
  };
}

/** One body a reply may have, and the codes or words that tell when. */
export interface ReplyBody {
  readonly status: number;
  readonly about: string;
  readonly schema: Json;
}

/** Replies by status; several bodies of one status are alternatives. */
export function describeReplies(bodies: readonly ReplyBody[]): Json {
  const byStatus = Map.groupBy(bodies, ({ status }) => status);
  const replies = [...byStatus].map(([status, rows]): [string, Json] => {
    const [only, ...others] = new Map(rows.map(({ schema }) => [JSON.stringify(schema), schema])).values();
    const schema = others.length === 0 ? (only ?? {}) : { anyOf: [only, ...others] };
    return [String(status), { description: [...new Set(rows.map(({ about }) => about))].join(', '), content: toContent(schema) }];
  });
  return Object.fromEntries(replies);
}

/** The parameters in braces of a path; ids are decimal digits, anything else is a path of its own. */
export function describePathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name.endsWith('_id') ? { type: 'integer', minimum: 0 } : { type: 'string', minLength: 1 },
  }));
}

/** An object with all of these properties and no others. */
export function closed(properties: Json): Json {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** An object with all of these properties, and perhaps others. */
export function open(properties: Json): Json {
  return { ...closed(properties), additionalProperties: true };
}

export const text: Json = { type: 'string' };

/** Refused before any route: a malformed request, plain HTTP from another host, a host that is not ours (`src/http/transport-rules.ts`). */
export function describeTransportErrors(schema: Json): ReplyBody[] {
  return [
    { status: 400, about: 'malformed request', schema },
    { status: 403, about: 'HTTPS is required', schema },
    { status: 421, about: 'not a host of this server', schema },
  ];
}
