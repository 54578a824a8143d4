/** Handlers of what an account may ask about its checks and loads. */
import type { LoadPage } from '../../../contract/connect-api/loads.ts';
import { getDestinationCheck } from '../../domain/destination/get.ts';
import { listStreamLoads } from '../../domain/load/list.ts';
import { getSourceCheck } from '../../domain/source/get-check.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectHandler } from './handlers.ts';
import { answerPage, requireOwnAccount } from './pages.ts';
import { presentCheck } from './present-destination.ts';
import { presentLoad } from './present-load.ts';

export const connectionCheckHandlers = {
  getSourceCheck: async ({ ctx, accountId }, { source_id }) => presentCheck(await getSourceCheck(ctx, accountId, parseId(source_id))),
  getDestinationCheck: async ({ ctx, accountId }, { destination_id }) =>
    presentCheck(await getDestinationCheck(ctx, accountId, parseId(destination_id))),
} satisfies Record<string, ConnectHandler>;

export const loadHandlers = {
  listLoads: async (session, { client_id }, _body, query): Promise<LoadPage> => {
    requireOwnAccount(session, client_id);
    const { ctx, accountId } = session;
    return answerPage(`/v4/${accountId}/loads`, query, async (place) => {
      const { total, loads } = await listStreamLoads(ctx, accountId, place);
      return { total, entries: loads.map(presentLoad) };
    });
  },
} satisfies Record<string, ConnectHandler>;
