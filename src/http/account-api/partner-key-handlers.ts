import type { partnerKeyRoutes } from '../../../contract/account-api/partner-keys.ts';
import { readCredentialReach } from '../../domain/credential/reach.ts';
import { viewCredential, viewCredentials } from '../../domain/credential/view.ts';
import { deletePartnerKey } from '../../domain/partner-key/delete.ts';
import { disablePartnerKey } from '../../domain/partner-key/disable.ts';
import { enablePartnerKey } from '../../domain/partner-key/enable.ts';
import { getPartnerKey } from '../../domain/partner-key/get.ts';
import { listPartnerKeys } from '../../domain/partner-key/list.ts';
import type { AccountHandlers } from './options.ts';
import { presentPartnerKey, presentReach } from './present-credential.ts';

/** Handlers of the routes about partner keys. */
export const partnerKeyHandlers: AccountHandlers<keyof typeof partnerKeyRoutes> = {
  listPartnerKeys: async ({ ctx, accountId }) => (await viewCredentials(ctx, await listPartnerKeys(ctx, accountId))).map(presentPartnerKey),
  getPartnerKey: async ({ ctx }, { params }) => {
    const row = await getPartnerKey(ctx, params.key_id);
    return { ...presentPartnerKey(await viewCredential(ctx, row)), ...presentReach(await readCredentialReach(ctx, row)) };
  },
  disablePartnerKey: async ({ ctx }, { params }) =>
    presentPartnerKey(await viewCredential(ctx, await disablePartnerKey(ctx, params.key_id))),
  enablePartnerKey: async ({ ctx }, { params }) => presentPartnerKey(await viewCredential(ctx, await enablePartnerKey(ctx, params.key_id))),
  deletePartnerKey: ({ ctx }, { params, body }) => deletePartnerKey(ctx, params.key_id, body),
};
