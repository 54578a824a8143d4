import { z } from 'zod';
import { destinationCard } from './destination-types.ts';
import { destinationErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { plainObject, timestamp } from './sources.ts';

const nonEmpty = z.string().min(1);
const label = nonEmpty.max(255);
const description = z.string().max(2000).nullable();
const digits = z.string().regex(/^\d+$/);

/** Body of POST /v4/destinations (connect-api.md §9.1). */
export const createDestinationBody = z.strictObject({
  type: nonEmpty,
  properties: plainObject,
  name: label.optional(),
  description: description.optional(),
  ignore_unmapped_sources: z.boolean().optional(),
});

/** Body of PUT /v4/destinations/{id}; the properties may also come bare, without the wrapper (connect-api.md §9.1). */
export const updateDestinationBody = z.strictObject({
  type: nonEmpty.optional(),
  properties: plainObject.optional(),
  name: label.optional(),
  description: description.optional(),
});

/** Body of POST and PUT in the old shape (connect-api.md §9.2). */
export const destinationV3Body = z.strictObject({ type: nonEmpty, connection: plainObject });

/** Query of GET /v4/destinations. */
export const listDestinationsQuery = z.strictObject({ source_id: digits.optional(), destination_id: digits.optional() });

/** Destination object (connect-api.md §9.1). */
export const destination = z.strictObject({
  id: z.int(),
  type: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  display_name: z.null(),
  stitch_client_id: z.int(),
  properties: z.record(z.string(), z.string()),
  created_at: timestamp,
  updated_at: timestamp,
  deleted_at: timestamp.nullable(),
  paused_at: timestamp.nullable(),
  system_paused_at: timestamp.nullable(),
  check_job_name: z.string().optional(),
  report_card: destinationCard,
});

/** Destination in the old shape: native JSON types, no report card (connect-api.md §9.2). */
export const destinationV3 = z.strictObject({
  id: z.int(),
  type: z.string(),
  created_at: timestamp,
  updated_at: timestamp,
  connection: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  last_check: z.strictObject({ error: z.boolean(), started_at: timestamp, completed_at: timestamp.nullable() }).nullable(),
});

export type CreateDestinationBody = z.infer<typeof createDestinationBody>;
export type UpdateDestinationBody = z.infer<typeof updateDestinationBody>;
export type Destination = z.infer<typeof destination>;
export type DestinationV3 = z.infer<typeof destinationV3>;

const bareText = { status: 400, shape: 'S4' } as const;
const createErrors = {
  ...destinationErrors,
  invalid_type: bareText,
  invalid_properties: bareText,
  destination_limit_exceeded: bareText,
} as const;
const updateErrors = { ...destinationErrors, invalid_type: bareText, invalid_properties: bareText, invalid_id: bareText } as const;

export const destinationRoutes = {
  createDestination: {
    method: 'POST',
    path: '/v4/destinations',
    summary: 'Create a destination and check it',
    body: createDestinationBody,
    response: destination,
    errors: createErrors,
  },
  listDestinations: {
    method: 'GET',
    path: '/v4/destinations',
    summary: 'List the destinations in use',
    query: listDestinationsQuery,
    response: z.array(destination),
    errors: { ...destinationErrors, invalid_query: bareText },
  },
  getDestination: {
    method: 'GET',
    path: '/v4/destinations/{destination_id}',
    summary: 'Get a destination',
    response: destination,
    errors: { ...destinationErrors, invalid_id: { status: 404, shape: 'S4' } },
  },
  updateDestination: {
    method: 'PUT',
    path: '/v4/destinations/{destination_id}',
    summary: 'Change a destination and check it',
    body: updateDestinationBody,
    response: destination,
    errors: updateErrors,
  },
  deleteDestination: {
    method: 'DELETE',
    path: '/v4/destinations/{destination_id}',
    summary: 'Delete a destination; its sources wait for another',
    response: z.strictObject({}),
    errors: { ...destinationErrors, invalid_id: bareText },
  },
} as const satisfies Record<string, ConnectRoute>;

export const destinationV3Routes = {
  createDestinationV3: {
    method: 'POST',
    path: '/v3/destinations',
    summary: 'Create a destination (old shape)',
    body: destinationV3Body,
    response: destinationV3,
    errors: createErrors,
  },
  listDestinationsV3: {
    method: 'GET',
    path: '/v3/destinations',
    summary: 'Get the oldest destination, as a list (old shape)',
    response: z.array(destinationV3),
    errors: destinationErrors,
  },
  updateDestinationV3: {
    method: 'PUT',
    path: '/v3/destinations/{destination_id}',
    summary: 'Change a destination (old shape)',
    body: destinationV3Body,
    response: destinationV3,
    errors: updateErrors,
  },
} as const satisfies Record<string, ConnectRoute>;
