import type { FastifyInstance } from 'fastify';
import { operatorBodies } from '../../../contract/operator-api.ts';
import { createAccount } from '../../domain/account/create.ts';
import { listAccounts } from '../../domain/account/list.ts';
import { setAccountHold } from '../../domain/account/set-hold.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { noteHookKeyShown } from '../../domain/hook/note-key-shown.ts';
import { createImportToken } from '../../domain/import-token/create.ts';
import { requireImportApi } from '../../domain/import-token/source.ts';
import { createSource } from '../../domain/source/create.ts';
import { getSourceOfAnyAccount } from '../../domain/source/get.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import { operatorContext, type IdParams } from './context.ts';
import type { OperatorApiOptions } from './options.ts';
import { presentAccount } from './present.ts';

/** Accounts, and what the operator makes in them on somebody's behalf. */
export function addAccountRoutes(app: FastifyInstance, { parts, signingKey }: OperatorApiOptions): void {
  app.post('/accounts', async (request) => {
    const created = await createAccount(operatorContext(parts, request), parseBody(operatorBodies.createAccount, request.body));
    // Accounts have no pages yet, hence no address to set one up at.
    return { account_id: created.accountId, user_id: created.memberId, destination_id: created.destinationId, setup_url: null };
  });
  app.get('/accounts', async (request) => ({ accounts: (await listAccounts(operatorContext(parts, request))).map(presentAccount) }));
  app.post<IdParams>('/accounts/:id(^\\d+$)/plan', async (request) => {
    const { plan } = parseBody(operatorBodies.setPlan, request.body);
    const { account } = await setAccountPlan(operatorContext(parts, request), parseId(request.params.id), plan);
    return presentAccount(account);
  });
  app.post<IdParams>('/accounts/:id(^\\d+$)/hold', async (request) => {
    const { held } = parseBody(operatorBodies.setHold, request.body);
    return presentAccount(await setAccountHold(operatorContext(parts, request), parseId(request.params.id), held));
  });
  app.get<IdParams>('/accounts/:id(^\\d+$)/hook-key', async (request, reply) => {
    const id = await noteHookKeyShown(operatorContext(parts, request), parseId(request.params.id));
    reply.header('cache-control', 'no-store');
    return { hook_key: signingKey(id).export().toString('hex') };
  });
  app.post<IdParams>('/accounts/:id(^\\d+$)/sources', async (request) => {
    const input = parseBody(operatorBodies.createSource, request.body);
    const source = await createSource(operatorContext(parts, request), parseId(request.params.id), { ...input, type: 'import_api' });
    return { id: source.id, name: source.name, display_name: source.display_name };
  });
  app.post<IdParams>('/sources/:id(^\\d+$)/tokens', async (request, reply) => {
    const ctx = operatorContext(parts, request);
    const source = await getSourceOfAnyAccount(ctx, parseId(request.params.id));
    await requireImportApi(ctx, source.account_id, source.id);
    const { row, token } = await createImportToken(ctx, source.account_id, source.id);
    reply.header('cache-control', 'no-store');
    return { id: row.id, access_token: token };
  });
}
