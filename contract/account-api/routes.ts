import { accountRoutes as ofAccount } from './account.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { authorizationRoutes } from './authorization.ts';
import { accountDestinationRoutes } from './destinations.ts';
import { memberRoutes } from './members.ts';
import { notificationRoutes } from './notifications.ts';
import { partnerKeyRoutes } from './partner-keys.ts';
import { profileRoutes } from './profile.ts';
import type { AccountRoute } from './route.ts';
import { sessionRoutes } from './session.ts';
import { sourceFormRoutes } from './source-forms.ts';
import { integrationRoutes } from './sources.ts';

/** Every route of the Account API by its name. */
export const accountApiRoutes = {
  ...sessionRoutes,
  ...profileRoutes,
  ...ofAccount,
  ...memberRoutes,
  ...apiKeyRoutes,
  ...partnerKeyRoutes,
  ...authorizationRoutes,
  ...integrationRoutes,
  ...sourceFormRoutes,
  ...accountDestinationRoutes,
  ...notificationRoutes,
} as const satisfies Record<string, AccountRoute>;

export type AccountRouteName = keyof typeof accountApiRoutes;
