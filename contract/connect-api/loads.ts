import { z } from 'zod';
import { commonErrors } from './errors.ts';
import { page, pageQuery } from './page.ts';
import type { ConnectRoute } from './route.ts';
import { timestamp } from './sources.ts';

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

const loadPage = page(load);

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
