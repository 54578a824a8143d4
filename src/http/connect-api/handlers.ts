/** One handler per Connect route; the routes themselves are in contract/connect-api. */
import { createSourceBody, updateSourceBody, type Source } from '../../../contract/connect-api/sources.ts';
import type { CreatedToken } from '../../../contract/connect-api/tokens.ts';
import { createImportToken } from '../../domain/import-token/create.ts';
import { listImportTokens } from '../../domain/import-token/list.ts';
import { revokeImportToken } from '../../domain/import-token/revoke.ts';
import { requireImportApi } from '../../domain/import-token/source.ts';
import { createSource } from '../../domain/source/create.ts';
import type { DomainContext } from '../../domain/context.ts';
import { describeSources } from '../../domain/source/describe.ts';
import { deleteSource } from '../../domain/source/delete.ts';
import { getSource, type SourceRow } from '../../domain/source/get.ts';
import { listSources } from '../../domain/source/list.ts';
import { getSourceType, listSourceTypes } from '../../domain/source/types.ts';
import { updateSource } from '../../domain/source/update.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectSession } from './options.ts';
import { parseKeys } from './parse-keys.ts';
import { presentSource, presentToken } from './present.ts';

/** Path parameters, all strings; the router lets only digits through for ids. */
export interface ConnectParams {
  readonly source_id?: string;
  readonly stream_id?: string;
  readonly token_id?: string;
  readonly destination_id?: string;
  readonly client_id?: string;
  readonly type?: string;
  readonly job_name?: string;
}

export type ConnectHandler = (session: ConnectSession, params: ConnectParams, body: unknown, query: unknown) => Promise<unknown>;

const createKeys =
  'A source takes type, display_name and, if you like, properties (a map of names to values), destination_id (a number) and name.';
const updateKeys =
  'A change takes display_name, paused_at (a time or null), destination_id (a number or null) and properties (a map of names to values).';

export const sourceHandlers = {
  createSource: async ({ ctx, accountId }, _params, body) =>
    present(ctx, await createSource(ctx, accountId, parseKeys(createSourceBody, body, createKeys))),
  listSources: async ({ ctx, accountId }) => (await describeSources(ctx, await listSources(ctx, accountId))).map(presentSource),
  getSource: async ({ ctx, accountId }, { source_id }) => present(ctx, await getSource(ctx, accountId, parseId(source_id))),
  updateSource: async ({ ctx, accountId }, { source_id }, body) =>
    present(ctx, await updateSource(ctx, accountId, parseId(source_id), parseKeys(updateSourceBody, body, updateKeys))),
  deleteSource: async ({ ctx, accountId }, { source_id }) => present(ctx, await deleteSource(ctx, accountId, parseId(source_id))),
} satisfies Record<string, ConnectHandler>;

export const tokenHandlers = {
  createToken: async ({ ctx, accountId }, { source_id }): Promise<CreatedToken> => {
    await requireImportApi(ctx, accountId, parseId(source_id));
    const { row, token } = await createImportToken(ctx, accountId, parseId(source_id));
    return { id: row.id, access_token: token };
  },
  // Disabled tokens hold a slot but are not active; the wire list knows active ones only.
  listTokens: async ({ ctx, accountId }, { source_id }) => {
    await requireImportApi(ctx, accountId, parseId(source_id));
    return (await listImportTokens(ctx, accountId, parseId(source_id))).filter((row) => row.state === 'enabled').map(presentToken);
  },
  revokeToken: async ({ ctx, accountId }, { source_id, token_id }) => {
    await requireImportApi(ctx, accountId, parseId(source_id));
    return present(ctx, (await revokeImportToken(ctx, accountId, parseId(source_id), parseId(token_id), { compromised: false })).source);
  },
} satisfies Record<string, ConnectHandler>;

export const sourceTypeHandlers = {
  listSourceTypes: ({ ctx, accountId }) => listSourceTypes(ctx, accountId),
  getSourceType: ({ ctx, accountId }, { type = '' }) => getSourceType(ctx, accountId, type),
} satisfies Record<string, ConnectHandler>;

async function present(ctx: DomainContext, row: SourceRow): Promise<Source> {
  const [described] = await describeSources(ctx, [row]);
  if (described === undefined) throw new Error(`source ${row.id} is not described`);
  return presentSource(described);
}
