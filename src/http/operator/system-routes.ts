import { isAbsolute } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../../contract/errors.ts';
import { operatorBodies } from '../../../contract/operator-api.ts';
import { verifyAudit } from '../../domain/audit/verify.ts';
import { getWarehouse } from '../../domain/destination/find-warehouse.ts';
import { parseBody } from '../json-body.ts';
import { operatorContext } from './context.ts';
import type { OperatorApiOptions } from './options.ts';

/** The installation itself: its state, its audit trail, its warehouses. */
export function addSystemRoutes(app: FastifyInstance, { parts, warehouses, warehouseDirectory, status }: OperatorApiOptions): void {
  app.get('/status', () => status());

  app.get<{ Querystring: { head?: string | string[] } }>('/audit/verify', async (request) => {
    const { head } = request.query;
    const verdict = await verifyAudit(operatorContext(parts, request), head === undefined ? undefined : parseHead(head));
    return {
      ok: verdict.ok,
      rows: verdict.rows,
      head: verdict.head === undefined ? null : `${verdict.head.seq}:${verdict.head.mac}`,
      broken_at: verdict.brokenAt ?? null,
    };
  });

  app.post('/query', async (request, reply) => {
    const { account_id: accountId, sql } = parseBody(operatorBodies.query, request.body);
    const warehouse = await getWarehouse(operatorContext(parts, request), accountId, warehouseDirectory);
    const { json } = await warehouses.query(warehouse, sql);
    return reply.type('application/json').send(Buffer.concat([Buffer.from('{"rows":'), Buffer.from(json), Buffer.from('}')]));
  });

  app.post('/warehouse/copy', async (request) => {
    const { account_id: accountId, file } = parseBody(operatorBodies.copyWarehouse, request.body);
    if (!isAbsolute(file)) throw new AppError('invalid_body', `The file must be an absolute path (${file}).`);
    const warehouse = await getWarehouse(operatorContext(parts, request), accountId, warehouseDirectory);
    await warehouses.copy(warehouse, file);
    return { file };
  });
}

/** `<seq>:<mac>` as a verification prints it. */
function parseHead(text: string | string[]): { seq: number; mac: string } {
  const { seq, mac } = /^(?<seq>[1-9]\d{0,15}):(?<mac>[0-9a-f]{64})$/.exec(String(text))?.groups ?? {};
  if (seq === undefined || mac === undefined)
    throw new AppError('invalid_body', 'head must be SEQ:MAC as printed by an earlier verification.');
  return { seq: Number(seq), mac };
}
