import { z } from 'zod';
import { commonErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';

/** Answer of POST /v3/sessions/ephemeral: the only reply that ever shows the token (connect-api.md §4.2). */
const ephemeralToken = z.strictObject({ ephemeral_token: z.string() });

export type EphemeralToken = z.infer<typeof ephemeralToken>;

export const sessionRoutes = {
  createEphemeralToken: {
    method: 'POST',
    path: '/v3/sessions/ephemeral',
    summary: 'Create a token that signs the member of the key in, once and within an hour',
    response: ephemeralToken,
    errors: commonErrors,
    secret: true,
  },
} as const satisfies Record<string, ConnectRoute>;
