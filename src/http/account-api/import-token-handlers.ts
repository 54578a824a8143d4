import type { integrationRoutes } from '../../../contract/account-api/sources.ts';
import { readCredentialReach } from '../../domain/credential/reach.ts';
import { createImportToken } from '../../domain/import-token/create.ts';
import { disableImportToken } from '../../domain/import-token/disable.ts';
import { enableImportToken } from '../../domain/import-token/enable.ts';
import { restoreImportToken } from '../../domain/import-token/restore.ts';
import { revokeImportToken } from '../../domain/import-token/revoke.ts';
import { viewChangedToken, viewImportToken, viewImportTokens } from '../../domain/import-token/view.ts';
import { parseInstant } from './instant.ts';
import type { AccountHandlers } from './options.ts';
import { presentImportToken, presentReach } from './present-credential.ts';

type TokenRoute = Extract<keyof typeof integrationRoutes, `${string}ImportToken${string}`>;

/** Handlers of the routes about the import tokens of an integration. */
export const tokenHandlers: AccountHandlers<TokenRoute> = {
  listImportTokens: async ({ ctx, accountId }, { params }) =>
    (await viewImportTokens(ctx, accountId, params.source_id)).map(presentImportToken),
  getImportToken: async ({ ctx, accountId }, { params }) => {
    const view = await viewImportToken(ctx, accountId, params.source_id, params.token_id);
    return { ...presentImportToken(view), ...presentReach(await readCredentialReach(ctx, view.row)) };
  },
  createImportToken: async ({ ctx, accountId }, { params, body, idempotencyKey }) => {
    const { source_id: sourceId } = params;
    const { row, token } = await createImportToken(ctx, accountId, sourceId, { expiresAt: parseInstant(body.expires_at), idempotencyKey });
    return { token: presentImportToken(await viewChangedToken(ctx, accountId, sourceId, row)), secret: token };
  },
  disableImportToken: async ({ ctx, accountId }, { params: { source_id: sourceId, token_id: tokenId } }) => {
    const row = await disableImportToken(ctx, accountId, sourceId, tokenId);
    return presentImportToken(await viewChangedToken(ctx, accountId, sourceId, row));
  },
  enableImportToken: async ({ ctx, accountId }, { params: { source_id: sourceId, token_id: tokenId } }) => {
    const row = await enableImportToken(ctx, accountId, sourceId, tokenId);
    return presentImportToken(await viewChangedToken(ctx, accountId, sourceId, row));
  },
  revokeImportToken: async ({ ctx, accountId }, { params: { source_id: sourceId, token_id: tokenId }, body }) => {
    const { token } = await revokeImportToken(ctx, accountId, sourceId, tokenId, body);
    return presentImportToken(await viewChangedToken(ctx, accountId, sourceId, token));
  },
  restoreImportToken: async ({ ctx, accountId }, { params: { source_id: sourceId, token_id: tokenId } }) => {
    const row = await restoreImportToken(ctx, accountId, sourceId, tokenId);
    return presentImportToken(await viewChangedToken(ctx, accountId, sourceId, row));
  },
};
