import { apiKeyHandlers } from './api-key-handlers.ts';
import { destinationHandlers } from './destination-handlers.ts';
import { createIntegrationHandlers } from './integration-handlers.ts';
import { notificationHandlers } from './notification-handlers.ts';
import type { AccountApiOptions, AccountHandlers } from './options.ts';
import { partnerKeyHandlers } from './partner-key-handlers.ts';
import { usageHandlers } from './usage-handlers.ts';

/** The handler of every route by the route's name. */
export function createHandlers(options: AccountApiOptions): Partial<AccountHandlers> {
  return {
    ...apiKeyHandlers,
    ...partnerKeyHandlers,
    ...createIntegrationHandlers(options),
    ...destinationHandlers,
    ...notificationHandlers,
    ...usageHandlers,
  };
}
