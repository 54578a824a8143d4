/** Holds replies of the public APIs against their OpenAPI documents: status, media type and body, also of paths that are none. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describeApis } from '../../contract/openapi.ts';

interface ReplyToCheck {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null | undefined;
  readonly body: string;
}

interface Schemas {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Schemas>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses?: Readonly<Record<string, Schemas>> };
}

const installation = { version: 'test', origin: 'http://127.0.0.1' };
const load = (name: 'connect' | 'notifications' | 'import'): Document => describeApis[name](installation) as unknown as Document;
const apis = [
  { prefix: /^\/v[34](?=\/|$)/, document: load('connect') },
  { prefix: /^\/notifications\/public\/v1\/api(?=\/|$)/, document: load('notifications') },
  { prefix: /^\/v2\/import(?=\/|$)/, document: load('import') },
].map(({ prefix, document }) => ({
  prefix,
  document,
  routes: Object.entries(document.paths).map(([path, methods]) => ({ pattern: toPattern(path), methods })),
}));

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const compiled = new Map<object, ValidateFunction>();
const doubles = new Set<string>();

/** Says that a server of a test is not ours, so that nothing holds it to our documents. */
export function exemptOrigin(origin: string): void {
  doubles.add(origin);
}

export function isExempt(origin: string): boolean {
  return doubles.has(origin);
}

/** Throws unless the documents have this reply. Paths of other surfaces pass. */
export function assertDocumentedReply(reply: ReplyToCheck): void {
  const { method, status } = reply;
  const path = reply.path.replace(/[?#].*$/s, '');
  const api = apis.find(({ prefix }) => prefix.test(path));
  if (api === undefined) return;
  const operation = api.routes.find(({ pattern, methods }) => pattern.test(path) && methods[method.toLowerCase()] !== undefined)?.methods[
    method.toLowerCase()
  ];
  const place = operation === undefined ? `${method} ${path}, which is no route,` : `${method} ${path} (${operation.operationId})`;
  const responses = operation?.responses ?? {};
  const documented = operation === undefined ? api.document.components.responses?.[`Unrouted${status}`] : responses[String(status)];
  const shown = `${status} ${reply.body.slice(0, 500)}`;
  // What the proxies of a HEAD request would see has no body; there is no HEAD among the routes but that of a GET.
  if (method === 'HEAD' && reply.body === '') return;
  if (documented === undefined) throw new Error(`${place} answered ${shown}: the OpenAPI document has no such status.`);
  const schema = documented.content?.['application/json']?.schema;
  if (schema === undefined) {
    if (reply.body !== '') throw new Error(`${place} answered ${shown}: the OpenAPI document has no body there.`);
    return;
  }
  if (!/^application\/json(?:;|$)/i.test(reply.contentType ?? ''))
    throw new Error(`${place} answered with media type ${reply.contentType}.`);
  let validate = compiled.get(schema);
  if (validate === undefined) compiled.set(schema, (validate = ajv.compile(schema)));
  if (!validate(JSON.parse(reply.body))) {
    throw new Error(`${place} answered ${shown}: not what the OpenAPI document has: ${ajv.errorsText(validate.errors)}.`);
  }
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+_id\}/g, '\\d+').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`);
}
