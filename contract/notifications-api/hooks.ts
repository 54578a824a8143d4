import { z } from 'zod';
import { timestamp } from '../connect-api/sources.ts';
import { commonNotificationErrors } from './errors.ts';
import { notificationsPrefix, type NotificationRoute } from './route.ts';

const config = z.strictObject({ url: z.string().min(1) });

/** Body of POST (connect-api.md §10.3); without a destination the account's only one. */
export const createHookBody = z.strictObject({ type: z.literal('post_load'), destination_id: z.int().optional(), config });

/** Body of PUT. */
export const updateHookBody = z.strictObject({ enable: z.boolean() });

/** Post-load hook (connect-api.md §10.3). */
export const hook = z.strictObject({
  id: z.int(),
  client_id: z.int(),
  type: z.literal('post_load'),
  version: z.literal(1),
  config,
  destination_id: z.int(),
  created_at: timestamp,
  modified_at: timestamp,
  disabled_at: timestamp.nullable(),
});

export type Hook = z.infer<typeof hook>;

const path = `${notificationsPrefix}/hooks`;
const unknown = { status: 400, shape: 'S7', body: { error: 'NotFound' } } as const;

export const hookRoutes = {
  createHook: {
    method: 'POST',
    path,
    summary: 'Make a hook that is called after loads into a destination',
    body: createHookBody,
    response: hook,
    errors: { ...commonNotificationErrors, hook_limit_exceeded: { status: 400, shape: 'S3' } },
  },
  listHooks: {
    method: 'GET',
    path,
    summary: 'List the hooks, disabled ones included',
    response: z.strictObject({ post_load: z.array(hook) }),
    errors: commonNotificationErrors,
  },
  updateHook: {
    method: 'PUT',
    path: `${path}/{hook_id}`,
    summary: 'Enable or disable a hook',
    body: updateHookBody,
    response: hook,
    errors: { ...commonNotificationErrors, invalid_id: unknown },
  },
  deleteHook: {
    method: 'DELETE',
    path: `${path}/{hook_id}`,
    summary: 'Delete a hook',
    response: z.null(),
    errors: { ...commonNotificationErrors, invalid_id: unknown },
  },
} as const satisfies Record<string, NotificationRoute>;
