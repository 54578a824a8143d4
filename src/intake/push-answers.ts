import type { Refusal } from './decoded.ts';

/** Refusals of push and validate (import-api.md §8.3). */

export function malformedPush(parserText: string): Refusal {
  return { ok: false, status: 400, body: { status: 'ERROR', message: 'Malformed json in the body!', error: parserText, input: null } };
}

export function badPush(message: string): Refusal {
  return { ok: false, status: 400, body: { status: 'ERROR', message } };
}

export const clientIdMissing: Refusal = { ok: false, status: 401, body: { status: 'ERROR', error: 'Not Authenticated.', errors: null } };

export const foreignClientId: Refusal = {
  ok: false,
  status: 403,
  body: { status: 'ERROR', error: 'Forbidden', errors: { error: 'Access token is not associated with this client.' } },
};

/** `reason`: problems by field, or a sentence about the request. */
export function unprocessable(reason: Readonly<Record<string, readonly string[]>> | string): Refusal {
  return { ok: false, status: 422, body: { status: 'ERROR', error: 'Request cannot be processed; see errors.', errors: [{ reason }] } };
}
