import { z } from 'zod';
import { email, personName } from '../account-api/common.ts';
import type { ErrorRows } from './errors.ts';
import type { ConnectRoute } from './route.ts';

/** Body of POST /v3/accounts (connect-api.md §4.1). The reference asks for a region; what describes it leaves it out as often. */
export const createAccountBody = z.strictObject({
  partner_id: z.string(),
  partner_secret: z.string(),
  email,
  first_name: personName.max(100),
  last_name: personName.max(99),
  company: personName,
  region: z.string().min(1).max(100).optional(),
});

/** The only reply that ever shows the token. */
const createdAccount = z.strictObject({ access_token: z.string(), stitch_account_id: z.int() });

const malformed = { status: 400, shape: 'S5', code: 'BadRequest', errors: {} } as const;

const accountErrors = {
  unauthorized: { status: 401, shape: 'S5', code: 'Unauthorized' },
  invalid_partner: malformed,
  invalid_json: malformed,
  invalid_body: malformed,
  existing_user: { status: 400, shape: 'S5', code: 'ExistingUser' },
  too_many_requests: { status: 429, shape: 'S5', code: 'TooManyRequests' },
  not_confirmed: { status: 503, shape: 'S5', code: 'NotConfirmed' },
  unavailable: { status: 503, shape: 'S5', code: 'Unavailable' },
  internal: { status: 500, shape: 'S5', code: 'InternalError' },
} as const satisfies ErrorRows;

export const accountCreationRoutes = {
  createPartnerAccount: {
    method: 'POST',
    path: '/v3/accounts',
    summary:
      'Create an account for somebody, with access for the partner whose id and secret the body holds; the reply shows the token once',
    body: createAccountBody,
    response: createdAccount,
    errors: accountErrors,
    secret: true,
    open: true,
  },
} as const satisfies Record<string, ConnectRoute>;
