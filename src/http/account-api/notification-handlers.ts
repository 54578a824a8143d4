import type { notificationRoutes } from '../../../contract/account-api/notifications.ts';
import { dismissNotification } from '../../domain/notification/dismiss.ts';
import { listNotifications } from '../../domain/notification/list.ts';
import { instant } from './instant.ts';
import type { AccountHandlers } from './options.ts';

/** Handlers of the routes about what is wrong. */
export const notificationHandlers: AccountHandlers<keyof typeof notificationRoutes> = {
  listNotifications: async ({ ctx, accountId }) =>
    (await listNotifications(ctx, accountId)).map(({ raisedAt, sourceId, destinationId, ...told }) => ({
      ...told,
      raised_at: instant(raisedAt),
      source_id: sourceId ?? null,
      destination_id: destinationId ?? null,
    })),
  dismissNotification: ({ ctx, accountId }, { params }) => dismissNotification(ctx, accountId, params.notification_id),
};
