import type { authorizationRoutes } from '../../../contract/account-api/authorization.ts';
import { acceptAuthorization, describeAuthorization, readStanding, rejectAuthorization } from '../../domain/partner/consent.ts';
import { logoUrl } from '../../domain/partner/logo.ts';

import { instant } from './instant.ts';
import type { AccountHandlers } from './options.ts';

/** Handlers of the routes with which a member lets a partner act on the account. */
export const authorizationHandlers: AccountHandlers<keyof typeof authorizationRoutes> = {
  describeAuthorization: async ({ ctx }, { body }) => {
    const { partner, returnsTo, refusal } = await describeAuthorization(ctx, body);
    return { partner: { name: partner.name, logo: logoUrl(partner) }, returns_to: returnsTo, refusal: refusal ?? null };
  },
  getStanding: async ({ ctx, accountId }, { body }) => {
    const standing = await readStanding(ctx, accountId, body);
    if (standing === undefined) return { standing: null };
    const { state, changedAt, changedBy } = standing;
    return { standing: { state, changed_at: instant(changedAt), changed_by: changedBy } };
  },
  acceptAuthorization: async ({ ctx }, { body: { expires_in_days: expiresInDays, ...request } }) => ({
    redirect_to: await acceptAuthorization(ctx, request, { expiresInDays }),
  }),
  rejectAuthorization: async ({ ctx }, { body }) => ({ redirect_to: await rejectAuthorization(ctx, body) }),
};
