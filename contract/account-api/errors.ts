import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** Every error of the Account API. */
export const accountErrorBody = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), request_id: z.string() }),
});

export type AccountErrorBody = z.infer<typeof accountErrorBody>;

/** What any route may answer. */
export const commonAccountErrors = [
  'unauthorized',
  'access_denied',
  'not_found',
  'invalid_json',
  'invalid_body',
  'invalid_query',
  'foreign_origin',
  'too_many_requests',
  'reauthentication_required',
  'not_confirmed',
  'unavailable',
  'internal',
] as const satisfies readonly ErrorCode[];

/** The status of each code on this surface. */
export const accountStatuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  unauthorized: 401,
  invalid_sign_in: 401,
  second_factor_required: 401,
  access_denied: 403,
  foreign_origin: 403,
  reauthentication_required: 403,
  not_found: 404,
  invalid_id: 404,
  invalid_token_id: 404,
  invalid_json: 400,
  invalid_body: 400,
  invalid_query: 400,
  invalid_type: 400,
  invalid_name: 409,
  invalid_display_name: 400,
  invalid_properties: 400,
  invalid_cron_expression: 400,
  invalid_authorization_request: 400,
  invalid_link: 400,
  invalid_password: 400,
  invalid_code: 400,
  wrong_password: 400,
  existing_user: 409,
  already_created: 409,
  last_administrator: 409,
  key_limit_exceeded: 409,
  token_limit_exceeded: 409,
  member_limit_exceeded: 409,
  destination_limit_exceeded: 409,
  hook_limit_exceeded: 409,
  email_limit_exceeded: 409,
  invalid_credential_state: 409,
  invalid_member_state: 409,
  too_many_requests: 429,
  internal: 500,
  not_confirmed: 503,
  unavailable: 503,
};
