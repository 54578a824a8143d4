import { z } from 'zod';
import { commonErrors, destinationErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { timestamp, unknownSourceOnRead } from './sources.ts';

const exitStatus = z.int().nullable();
const message = z.string().nullable();

/** Connection check (connect-api.md §8.1). */
const connectionCheck = z.strictObject({
  name: z.string(),
  mode: z.literal('check'),
  status: z.enum(['running', 'succeeded', 'failed']),
  start_time: timestamp,
  completion_time: timestamp.nullable(),
  error: z.boolean(),
  check_exit_status: exitStatus,
  discovery_exit_status: exitStatus,
  discovery_error_message: message,
  tap_exit_status: exitStatus,
  tap_error_message: message,
  target_exit_status: exitStatus,
  target_error_message: message,
});

export type ConnectionCheck = z.infer<typeof connectionCheck>;

export const connectionCheckRoutes = {
  getSourceCheck: {
    method: 'GET',
    path: '/v4/sources/{source_id}/last-connection-check',
    summary: 'Get the newest connection check of a source',
    response: connectionCheck,
    errors: { ...commonErrors, invalid_id: unknownSourceOnRead },
  },
  getDestinationCheck: {
    method: 'GET',
    path: '/v4/destinations/{destination_id}/last-connection-check',
    summary: 'Get the newest connection check of a destination',
    response: connectionCheck,
    errors: { ...destinationErrors, invalid_id: { status: 404, shape: 'S4' } },
  },
} as const satisfies Record<string, ConnectRoute>;
