import { z } from 'zod';
import { commonErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { source, timestamp, unknownSource, unknownSourceOnRead } from './sources.ts';

/** Answer of POST /v4/sources/{id}/tokens: the only reply that ever shows the token (connect-api.md §10.1). */
const createdToken = z.strictObject({ id: z.int(), access_token: z.string() });

/** One active token in the list, newest first (connect-api.md §10.1, A18). */
const listedToken = z.strictObject({ token_id: z.int(), created_at: timestamp });

export type CreatedToken = z.infer<typeof createdToken>;
export type ListedToken = z.infer<typeof listedToken>;

const notAnImportSource = { status: 400, shape: 'S1', code: 'InvalidType' } as const;

export const tokenRoutes = {
  createToken: {
    method: 'POST',
    path: '/v4/sources/{source_id}/tokens',
    summary: 'Create an import token',
    response: createdToken,
    errors: {
      ...commonErrors,
      invalid_id: unknownSource,
      invalid_type: notAnImportSource,
      token_limit_exceeded: { status: 400, shape: 'S1', code: 'TokenLimitExceeded' },
    },
    secret: true,
  },
  listTokens: {
    method: 'GET',
    path: '/v4/sources/{source_id}/tokens',
    summary: 'List the active import tokens',
    response: z.array(listedToken),
    errors: { ...commonErrors, invalid_id: unknownSourceOnRead, invalid_type: notAnImportSource },
  },
  revokeToken: {
    method: 'DELETE',
    path: '/v4/sources/{source_id}/tokens/{token_id}',
    summary: 'Revoke an import token',
    response: source,
    errors: {
      ...commonErrors,
      invalid_id: unknownSource,
      invalid_type: notAnImportSource,
      invalid_token_id: { status: 400, shape: 'S1', code: 'InvalidTokenId' },
    },
  },
} as const satisfies Record<string, ConnectRoute>;
