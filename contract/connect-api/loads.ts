import { z } from 'zod';
import { commonErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { timestamp } from './sources.ts';

/** Entries on one page (connect-api.md §1.4). */
export const pageSize = 100;

/** Query of the paged lists: 1-based. */
export const pageQuery = z.object({
  page: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .optional(),
});

/** Why a stream does not load (connect-api.md §8.6). */
const errorState = z.strictObject({
  notification_data: z.strictObject({
    message: z.string(),
    exception_message: z.string(),
    error: z.enum(['LOADER_WAREHOUSE_ERROR', 'LOADER_INTERNAL_ERROR']),
    status: z.literal('ERROR'),
    action: z.string(),
    warehouse_message: z.string(),
    warehouse_error_code: z.int().nullable(),
    warehouse_sql_state: z.string().nullable(),
  }),
  exception_chain: z.array(z.strictObject({ class: z.string(), message: z.string(), chain_sequence_num: z.int(), action: z.string() })),
});

/** The latest load of one stream (connect-api.md §8.6). */
const load = z.strictObject({
  stitch_client_id: z.int(),
  source_name: z.string(),
  stream_name: z.string(),
  last_batch_loaded_at: timestamp.nullable(),
  error_state: errorState.nullable(),
});

/** Page envelope: `links` has only the links there are, as origin-relative paths (connect-api.md §1.4). */
const loadPage = z.strictObject({
  data: z.array(load),
  page: z.int(),
  total: z.int(),
  links: z.strictObject({ next: z.string().optional(), previous: z.string().optional() }),
});

export type Load = z.infer<typeof load>;
export type LoadPage = z.infer<typeof loadPage>;

export const loadRoutes = {
  listLoads: {
    method: 'GET',
    path: '/v4/{client_id}/loads',
    summary: 'List the latest load of each stream',
    query: pageQuery,
    response: loadPage,
    errors: { ...commonErrors, invalid_query: { status: 400, shape: 'S1', code: 'InvalidQuery' } },
  },
} as const satisfies Record<string, ConnectRoute>;
