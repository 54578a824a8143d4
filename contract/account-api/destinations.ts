import { z } from 'zod';
import { instant } from './common.ts';
import type { AccountRoute } from './route.ts';

const destination = z.strictObject({
  id: z.int(),
  type: z.string(),
  display_name: z.string(),
  description: z.string().nullable(),
  /** Everything but credentials. */
  properties: z.record(z.string(), z.string()),
  /** Which credential properties are kept. */
  kept_credentials: z.array(z.string()),
  configured: z.boolean(),
  paused: z.boolean(),
  /** A partner created it and may not act now: nothing is loaded into it, what arrives is kept. */
  held: z
    .strictObject({
      reason: z.enum(['key_disabled', 'key_deleted', 'key_expired', 'partner_suspended', 'partner_removed']),
      partner: z.string(),
      since: instant,
      /** As a sentence. */
      message: z.string(),
    })
    .nullable(),
  /** The partner that created it, until a member takes it over. */
  partner: z.string().nullable(),
  check: z.strictObject({ started_at: instant, completed_at: instant.nullable(), error: z.string().nullable() }).nullable(),
  sources: z.array(z.strictObject({ id: z.int(), display_name: z.string() })),
  created_at: instant,
});

const destinationType = z.strictObject({
  type: z.string(),
  title: z.string(),
  properties: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      required: z.boolean(),
      credential: z.boolean(),
      /** Text unless the values are listed. */
      values: z.array(z.string()).nullable(),
      help: z.string().nullable(),
    }),
  ),
});

export type Destination = z.infer<typeof destination>;
export type DestinationType = z.infer<typeof destinationType>;

const displayName = z.string().trim().min(1).max(255);
const description = z.string().trim().max(1000).nullable();
const properties = z.record(z.string().max(100), z.string().max(20_000));

export const accountDestinationRoutes = {
  listDestinationTypes: {
    method: 'GET',
    path: '/account/v1/destination-types',
    summary: 'What a destination can be, and what each kind asks for',
    access: 'session',
    response: z.array(destinationType),
    errors: [],
  },
  listDestinations: {
    method: 'GET',
    path: '/account/v1/destinations',
    summary: 'List the destinations',
    access: 'session',
    delegated: true,
    response: z.array(destination),
    errors: [],
  },
  getDestination: {
    method: 'GET',
    path: '/account/v1/destinations/{destination_id}',
    summary: 'Get one destination',
    access: 'session',
    response: destination,
    errors: ['invalid_id'],
  },
  createDestination: {
    method: 'POST',
    path: '/account/v1/destinations',
    summary: 'Create a destination and begin to check it',
    access: 'session',
    body: z.strictObject({ type: z.string().min(1), display_name: displayName, description: description.optional(), properties }),
    response: destination,
    errors: ['invalid_type', 'invalid_name', 'invalid_display_name', 'invalid_properties', 'destination_limit_exceeded'],
  },
  updateDestination: {
    method: 'PUT',
    path: '/account/v1/destinations/{destination_id}',
    summary: 'Change a destination and begin to check it; credentials that are left out stay',
    access: 'session',
    body: z.strictObject({ display_name: displayName.optional(), description: description.optional(), properties: properties.optional() }),
    response: destination,
    errors: ['invalid_id', 'invalid_display_name', 'invalid_properties'],
  },
  takeOverDestination: {
    method: 'POST',
    path: '/account/v1/destinations/{destination_id}/take-over',
    summary: "Make a destination that a partner created the account's own: with all its credentials again, where its kind has any",
    access: 'session',
    body: z.strictObject({ properties: properties.default({}) }),
    response: destination,
    errors: ['invalid_id', 'invalid_properties'],
  },
  checkDestination: {
    method: 'POST',
    path: '/account/v1/destinations/{destination_id}/checks',
    summary: 'Begin to check the connection; read the destination for the result',
    access: 'session',
    response: destination,
    errors: ['invalid_id'],
  },
  deleteDestination: {
    method: 'DELETE',
    path: '/account/v1/destinations/{destination_id}',
    summary: 'Delete a destination; its data stays, its integrations are paused until they get another',
    access: 'session',
    errors: ['invalid_id'],
  },
} as const satisfies Record<string, AccountRoute>;
