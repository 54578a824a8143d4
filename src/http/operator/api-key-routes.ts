import type { FastifyInstance } from 'fastify';
import { operatorBodies } from '../../../contract/operator-api.ts';
import { createApiKey } from '../../domain/api-key/create.ts';
import { deleteApiKey } from '../../domain/api-key/delete.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { enableApiKey } from '../../domain/api-key/enable.ts';
import { listApiKeys } from '../../domain/api-key/list.ts';
import { restoreApiKey } from '../../domain/api-key/restore.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import { operatorContext, type IdParams } from './context.ts';
import type { OperatorApiOptions } from './options.ts';
import { presentApiKey } from './present.ts';

/** API keys through all their states; the secret is in the reply of the creation only. */
export function addApiKeyRoutes(app: FastifyInstance, { parts }: OperatorApiOptions): void {
  app.post<IdParams>('/accounts/:id(^\\d+$)/api-keys', async (request, reply) => {
    const { description, member_id: memberId } = parseBody(operatorBodies.createApiKey, request.body);
    const input = { accountId: parseId(request.params.id), description, memberId };
    const { row, token } = await createApiKey(operatorContext(parts, request), input);
    reply.header('cache-control', 'no-store');
    return { id: row.id, api_key: token };
  });
  app.get<IdParams>('/accounts/:id(^\\d+$)/api-keys', async (request) => ({
    api_keys: (await listApiKeys(operatorContext(parts, request), parseId(request.params.id))).map(presentApiKey),
  }));
  for (const [verb, act] of [
    ['disable', disableApiKey],
    ['enable', enableApiKey],
    ['restore', restoreApiKey],
  ] as const) {
    app.post<IdParams>(`/api-keys/:id(^\\d+$)/${verb}`, async (request) =>
      presentApiKey(await act(operatorContext(parts, request), parseId(request.params.id))),
    );
  }
  app.delete<IdParams>('/api-keys/:id(^\\d+$)', async (request) => {
    const options = parseBody(operatorBodies.deleteApiKey, request.body ?? {});
    return presentApiKey(await deleteApiKey(operatorContext(parts, request), parseId(request.params.id), options));
  });
}
