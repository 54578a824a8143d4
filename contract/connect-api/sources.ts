import { z } from 'zod';
import { commonErrors, type ErrorRow } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { reportCard } from './report-card.ts';

/** UTC, second precision, no fraction and no offset (connect-api.md §1.3). */
export const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);

const nonEmpty = z.string().min(1);
/** Longer than any name a person gives; a bound of ours. */
const displayName = nonEmpty.max(255);
export const plainObject = z
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .meta({ type: 'object' });

/** Body of POST /v4/sources (connect-api.md §5.2). */
export const createSourceBody = z.strictObject({
  type: nonEmpty,
  display_name: displayName,
  properties: plainObject.optional(),
  destination_id: z.int().optional(),
  name: nonEmpty.optional(),
});

/** Body of PUT /v4/sources/{id} (connect-api.md §5.4). */
export const updateSourceBody = z.strictObject({
  display_name: displayName.optional(),
  paused_at: z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).nullable().optional(),
  destination_id: z.int().nullable().optional(),
  properties: plainObject.optional(),
});

/** When a source runs next (connect-api.md §5.7). */
const schedule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('interval'), unit: z.literal('minute'), interval: z.number(), next_fire_time: timestamp }),
  z.strictObject({ type: z.literal('cron'), cron_expression: z.string(), next_fire_time: timestamp }),
]);

/** Source object (connect-api.md §5.1). The schedule is null for push types, while paused, when deleted and until the set-up is complete. */
export const source = z.strictObject({
  id: z.int(),
  type: z.string(),
  name: z.string(),
  display_name: z.string(),
  stitch_client_id: z.int(),
  mapped_destination_ids: z.array(z.int()),
  properties: z.record(z.string(), z.unknown()),
  schedule: schedule.nullable(),
  check_job_name: z.string().optional(),
  created_at: timestamp,
  updated_at: timestamp,
  deleted_at: timestamp.nullable(),
  paused_at: timestamp.nullable(),
  system_paused_at: timestamp.nullable(),
  report_card: reportCard,
});

export type CreateSourceBody = z.infer<typeof createSourceBody>;
export type UpdateSourceBody = z.infer<typeof updateSourceBody>;
export type Source = z.infer<typeof source>;

export const unknownSource: ErrorRow = { status: 400, shape: 'S1', code: 'InvalidId' };
export const unknownSourceOnRead: ErrorRow = { status: 404, shape: 'S1', code: 'InvalidId' };

export const sourceRoutes = {
  createSource: {
    method: 'POST',
    path: '/v4/sources',
    summary: 'Create a source',
    body: createSourceBody,
    response: source,
    errors: {
      ...commonErrors,
      invalid_type: { status: 400, shape: 'S1', code: 'InvalidType' },
      invalid_name: { status: 400, shape: 'S1', code: 'InvalidName' },
      invalid_display_name: { status: 400, shape: 'S1', code: 'InvalidDisplayName' },
      invalid_properties: { status: 400, shape: 'S1', code: 'InvalidProperties' },
      invalid_cron_expression: { status: 400, shape: 'S1', code: 'InvalidCronExpression' },
      invalid_id: unknownSource,
    },
  },
  listSources: {
    method: 'GET',
    path: '/v4/sources',
    summary: 'List sources, deleted ones included',
    response: z.array(source),
    errors: commonErrors,
  },
  getSource: {
    method: 'GET',
    path: '/v4/sources/{source_id}',
    summary: 'Get a source',
    response: source,
    errors: { ...commonErrors, invalid_id: unknownSourceOnRead },
  },
  updateSource: {
    method: 'PUT',
    path: '/v4/sources/{source_id}',
    summary: 'Update, pause or unpause a source',
    body: updateSourceBody,
    response: source,
    errors: {
      ...commonErrors,
      invalid_display_name: { status: 400, shape: 'S1', code: 'InvalidDisplayName' },
      invalid_properties: { status: 400, shape: 'S1', code: 'InvalidProperties' },
      invalid_cron_expression: { status: 400, shape: 'S1', code: 'InvalidCronExpression' },
      invalid_id: unknownSource,
    },
  },
  deleteSource: {
    method: 'DELETE',
    path: '/v4/sources/{source_id}',
    summary: 'Delete a source and revoke its tokens',
    response: source,
    errors: { ...commonErrors, invalid_id: unknownSource },
  },
} as const satisfies Record<string, ConnectRoute>;
