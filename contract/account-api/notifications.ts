import { z } from 'zod';
import { instant } from './common.ts';
import type { AccountRoute } from './route.ts';

const notification = z.strictObject({
  id: z.int(),
  level: z.enum(['warning', 'critical', 'delay']),
  /** What it is about, by its name. */
  subject: z.string(),
  summary: z.string(),
  /** The raw error. */
  details: z.string(),
  raised_at: instant,
  /** Where in the app to look. */
  source_id: z.int().nullable(),
  destination_id: z.int().nullable(),
});

export type Notification = z.infer<typeof notification>;

export const notificationRoutes = {
  listNotifications: {
    method: 'GET',
    path: '/account/v1/notifications',
    summary: 'List what is wrong and not dismissed, newest first',
    access: 'session',
    response: z.array(notification),
    errors: [],
  },
  dismissNotification: {
    method: 'DELETE',
    path: '/account/v1/notifications/{notification_id}',
    summary: 'Dismiss a notification for the whole account',
    access: 'session',
    errors: ['invalid_id'],
  },
} as const satisfies Record<string, AccountRoute>;
