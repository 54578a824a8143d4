import type { apiKeyRoutes } from '../../../contract/account-api/api-keys.ts';
import { createApiKey } from '../../domain/api-key/create.ts';
import { deleteApiKey } from '../../domain/api-key/delete.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { enableApiKey } from '../../domain/api-key/enable.ts';
import { getApiKey } from '../../domain/api-key/get.ts';
import { listKnownApiKeys } from '../../domain/api-key/list.ts';
import { restoreApiKey } from '../../domain/api-key/restore.ts';
import { rotateApiKey } from '../../domain/api-key/rotate.ts';
import { readCredentialReach } from '../../domain/credential/reach.ts';
import { viewCredential, viewCredentials } from '../../domain/credential/view.ts';
import { parseInstant } from './instant.ts';
import type { AccountHandlers } from './options.ts';
import { presentApiKey, presentReach } from './present-credential.ts';

/** Handlers of the routes about API access keys. */
export const apiKeyHandlers: AccountHandlers<keyof typeof apiKeyRoutes> = {
  listApiKeys: async ({ ctx, accountId }) => (await viewCredentials(ctx, await listKnownApiKeys(ctx, accountId))).map(presentApiKey),
  getApiKey: async ({ ctx }, { params }) => {
    const row = await getApiKey(ctx, params.key_id);
    return { ...presentApiKey(await viewCredential(ctx, row)), ...presentReach(await readCredentialReach(ctx, row)) };
  },
  createApiKey: async ({ ctx, accountId }, { body, idempotencyKey }) => {
    const { row, token } = await createApiKey(ctx, {
      accountId,
      description: body.description,
      expiresAt: parseInstant(body.expires_at),
      idempotencyKey,
    });
    return { key: presentApiKey(await viewCredential(ctx, row)), secret: token };
  },
  rotateApiKey: async ({ ctx }, { params, body, idempotencyKey }) => {
    const { row, token } = await rotateApiKey(ctx, params.key_id, { graceMs: body.grace_seconds * 1000, idempotencyKey });
    return { key: presentApiKey(await viewCredential(ctx, row)), secret: token };
  },
  disableApiKey: async ({ ctx }, { params }) => presentApiKey(await viewCredential(ctx, await disableApiKey(ctx, params.key_id))),
  enableApiKey: async ({ ctx }, { params }) => presentApiKey(await viewCredential(ctx, await enableApiKey(ctx, params.key_id))),
  deleteApiKey: async ({ ctx }, { params, body }) => presentApiKey(await viewCredential(ctx, await deleteApiKey(ctx, params.key_id, body))),
  restoreApiKey: async ({ ctx }, { params }) => presentApiKey(await viewCredential(ctx, await restoreApiKey(ctx, params.key_id))),
};
