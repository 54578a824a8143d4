import { z } from 'zod';
import { timestamp } from '../connect-api/sources.ts';
import { commonNotificationErrors } from './errors.ts';
import { notificationsPrefix, type NotificationRoute } from './route.ts';

/** Body of POST (connect-api.md §10.2). */
export const createCustomEmailBody = z.strictObject({ email_address: z.email().max(254) });

/** Body of PUT: any instant disables now, null enables. */
export const updateCustomEmailBody = z.strictObject({
  disabled_at: z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).nullable(),
});

/** Custom e-mail recipient (connect-api.md §10.2). */
export const customEmail = z.strictObject({
  id: z.int(),
  client_id: z.int(),
  email_address: z.string(),
  created_at: timestamp,
  disabled_at: timestamp.nullable(),
});

/** What PUT answers: nothing else of the recipient. */
const disabledAt = z.strictObject({ disabled_at: timestamp.nullable() });

export type CustomEmail = z.infer<typeof customEmail>;

const path = `${notificationsPrefix}/custom-emails`;
const ofAddress = { status: 400, shape: 'S3', field: 'email_address' } as const;
const ofDisabledAt = { status: 400, shape: 'echo', field: 'disabled_at' } as const;
const unknown = { status: 404, shape: 'S7', body: { status: 'NOT FOUND' } } as const;

export const customEmailRoutes = {
  createCustomEmail: {
    method: 'POST',
    path,
    summary: 'Add an address that gets what members get',
    body: createCustomEmailBody,
    response: customEmail,
    errors: {
      ...commonNotificationErrors,
      invalid_json: ofAddress,
      invalid_body: ofAddress,
      email_limit_exceeded: { status: 400, shape: 'S3' },
    },
  },
  listCustomEmails: {
    method: 'GET',
    path,
    summary: 'List the addresses, disabled ones included',
    response: z.array(customEmail),
    errors: commonNotificationErrors,
  },
  updateCustomEmail: {
    method: 'PUT',
    path: `${path}/{email_id}`,
    summary: 'Disable or enable an address',
    body: updateCustomEmailBody,
    response: disabledAt,
    errors: { ...commonNotificationErrors, invalid_json: ofDisabledAt, invalid_body: ofDisabledAt, invalid_id: unknown },
  },
  deleteCustomEmail: {
    method: 'DELETE',
    path: `${path}/{email_id}`,
    summary: 'Delete an address',
    response: z.array(z.literal(1)).length(1),
    errors: { ...commonNotificationErrors, invalid_id: unknown },
  },
} as const satisfies Record<string, NotificationRoute>;
