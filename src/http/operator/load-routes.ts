import type { FastifyInstance } from 'fastify';
import { listRejectsQuery, operatorBodies } from '../../../contract/operator-api.ts';
import { noteReplay } from '../../domain/reject/note-replay.ts';
import { getSourceOfAnyAccount } from '../../domain/source/get.ts';
import { parseBody } from '../json-body.ts';
import { operatorContext } from './context.ts';
import type { OperatorApiOptions } from './options.ts';
import { presentReject } from './present.ts';

/** What loading set aside or holds back, and how it goes on. */
export function addLoadRoutes(app: FastifyInstance, { parts, rejects, retryLoads }: OperatorApiOptions): void {
  app.get('/rejects', async (request) => {
    const { source_id: sourceId, table, state, after, ...query } = parseBody(listRejectsQuery, request.query);
    await getSourceOfAnyAccount(operatorContext(parts, request), sourceId);
    const page = await rejects.list(sourceId, { table, state, after, ...query });
    // A page may be short of its limit because of its bytes: only an empty one is the last.
    return { rejects: page.map(presentReject), next: page.at(-1)?.id ?? null };
  });

  app.post('/rejects/replay', async (request) => {
    const { source_id: sourceId, table, uncertain, next } = parseBody(operatorBodies.replayRejects, request.body);
    if (next === undefined) await noteReplay(operatorContext(parts, request), sourceId, { table, uncertain });
    const part = await rejects.replay(sourceId, {
      table,
      uncertain,
      next: next && { after: next.after, upTo: next.up_to },
    });
    return {
      replayed: part.replayed,
      uncertain: part.uncertain,
      damaged: part.damaged,
      next: part.next === undefined ? null : { after: part.next.after, up_to: part.next.upTo },
    };
  });

  app.post('/loads/retry', async (request) => {
    const { source_id: sourceId, table } = parseBody(operatorBodies.retryLoads, request.body);
    const waiting = retryLoads({ ...(sourceId === undefined ? {} : { sourceId }), ...(table === undefined ? {} : { table }) });
    return { streams: waiting.map((stream) => ({ source_id: stream.sourceId, table: stream.table })) };
  });
}
