import type { FastifyInstance } from 'fastify';
import { singerCatalog } from '../../../contract/singer-catalog.ts';
import { getSourceOfAnyAccount } from '../../domain/source/get.ts';
import { discoverStreams } from '../../domain/stream/discover.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import { operatorContext, type IdParams } from './context.ts';
import type { OperatorApiOptions } from './options.ts';

/** Catalogs of large systems have thousands of streams with hundreds of fields each. */
const maxCatalogBytes = 64_000_000;

/** What the operator does to the sources of accounts. */
export function addSourceRoutes(app: FastifyInstance, { parts }: OperatorApiOptions): void {
  app.post<IdParams>('/sources/:id(^\\d+$)/discoveries', { bodyLimit: maxCatalogBytes }, async (request) => {
    const ctx = operatorContext(parts, request);
    const source = await getSourceOfAnyAccount(ctx, parseId(request.params.id));
    return discoverStreams(ctx, source.account_id, source.id, parseBody(singerCatalog, request.body));
  });
}
