/** The OpenAPI documents of the public APIs, for anybody. */
import { createHash } from 'node:crypto';
import type { FastifyPluginCallback } from 'fastify';
import { describeApis, openapiPath, type ApiName } from '../../contract/openapi.ts';
import { renderPlainError, type Surface } from './surface.ts';

export interface OpenapiOptions {
  /** Of this Thimble. */
  readonly version: string;
  /** Where the APIs are, once the server listens. */
  readonly origin: () => string;
}

interface Document {
  readonly origin: string;
  readonly body: string;
  readonly etag: string;
}

/** The surface to mount below `/openapi`: one document an API, kept by whoever asked and asked for again with its ETag. */
export function openapi({ version, origin }: OpenapiOptions): Surface {
  const documents = new Map<ApiName, Document>();

  function findDocument(name: ApiName): Document {
    const known = documents.get(name);
    const current = origin();
    if (known?.origin === current) return known;
    const body = JSON.stringify(describeApis[name]({ version, origin: current }));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const document = { origin: current, body, etag };
    documents.set(name, document);
    return document;
  }

  const plugin: FastifyPluginCallback = (app, _options, done) => {
    for (const name of Object.keys(describeApis) as ApiName[]) {
      app.get(openapiPath(name), (request, reply) => {
        const { body, etag } = findDocument(name);
        reply.headers({ etag, 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' });
        if (request.headers['if-none-match'] === etag) return reply.code(304).send();
        return reply.type('application/json; charset=utf-8').send(body);
      });
    }
    done();
  };
  return {
    name: 'openapi',
    prefix: '/openapi',
    plugin,
    renderError: renderPlainError,
  };
}
