import { accountHandlers } from './account-handlers.ts';
import { authorizationHandlers } from './authorization-handlers.ts';
import { apiKeyHandlers } from './api-key-handlers.ts';
import { destinationHandlers } from './destination-handlers.ts';
import { createIntegrationHandlers } from './integration-handlers.ts';
import { memberHandlers } from './member-handlers.ts';
import { notificationHandlers } from './notification-handlers.ts';
import type { AccountApiOptions, AccountHandlers } from './options.ts';
import { partnerKeyHandlers } from './partner-key-handlers.ts';
import { profileHandlers } from './profile-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';
import { createSourceFormHandlers } from './source-form-handlers.ts';
import { usageHandlers } from './usage-handlers.ts';

/** The handler of every route by the route's name. */
export function createHandlers(options: AccountApiOptions): AccountHandlers {
  return {
    ...sessionHandlers,
    ...profileHandlers,
    ...memberHandlers,
    ...accountHandlers,
    ...apiKeyHandlers,
    ...partnerKeyHandlers,
    ...authorizationHandlers,
    ...createIntegrationHandlers(options),
    ...createSourceFormHandlers(options),
    ...destinationHandlers,
    ...notificationHandlers,
    ...usageHandlers,
  };
}
