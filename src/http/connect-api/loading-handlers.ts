/** Handlers of what an account may ask about its checks and loads. */
import { pageQuery, pageSize, type LoadPage } from '../../../contract/connect-api/loads.ts';
import { AppError } from '../../../contract/errors.ts';
import { getDestinationCheck } from '../../domain/destination/get.ts';
import { listStreamLoads } from '../../domain/load/list.ts';
import { getSourceCheck } from '../../domain/source/get.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectHandler } from './handlers.ts';
import { presentCheck } from './present-destination.ts';
import { presentLoad } from './present-load.ts';

export const connectionCheckHandlers = {
  getSourceCheck: async ({ ctx, accountId }, { source_id }) => presentCheck(await getSourceCheck(ctx, accountId, parseId(source_id))),
  getDestinationCheck: async ({ ctx, accountId }, { destination_id }) =>
    presentCheck(await getDestinationCheck(ctx, accountId, parseId(destination_id))),
} satisfies Record<string, ConnectHandler>;

export const loadHandlers = {
  listLoads: async ({ ctx, accountId }, { client_id }, _body, query): Promise<LoadPage> => {
    // Not "unknown": the documented answer for an account that is not the key's own (connect-api.md §1.2).
    if (parseId(client_id) !== accountId) throw new AppError('unauthorized', 'The API access key is not for this account.');
    const asked = pageQuery.safeParse(query);
    if (!asked.success) throw new AppError('invalid_query', 'page must be a whole number from 1.');
    const page = Number(asked.data.page ?? 1);
    const { total, loads } = await listStreamLoads(ctx, accountId, { offset: (page - 1) * pageSize, limit: pageSize });
    const link = (to: number): string => `/v4/${accountId}/loads?page=${to}`;
    return {
      data: loads.map(presentLoad),
      page,
      total,
      links: {
        ...(page * pageSize < total ? { next: link(page + 1) } : {}),
        ...(page > 1 && total > pageSize ? { previous: link(page - 1) } : {}),
      },
    };
  },
} satisfies Record<string, ConnectHandler>;
