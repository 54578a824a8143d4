import type { ErrorCode } from '../errors.ts';

/**
 * How one error code is answered on one route (connect-api.md §2.2): in S1 with its code, in S3 with its text or with a text per `field`,
 * as what was sent (`echo`), or as a fixed body (S7).
 */
export type NotificationErrorRow =
  | { readonly status: 400 | 401 | 404 | 500 | 503; readonly shape: 'S1'; readonly code: string }
  | { readonly status: 400; readonly shape: 'S3'; readonly field?: string }
  | { readonly status: 400; readonly shape: 'echo'; readonly field: string }
  | { readonly status: 400 | 404; readonly shape: 'S7'; readonly body: Readonly<Record<string, string>> };

export type NotificationErrorRows = Readonly<Partial<Record<ErrorCode, NotificationErrorRow>>>;

/** Rows every route has. */
export const commonNotificationErrors = {
  unauthorized: { status: 401, shape: 'S1', code: 'Unauthorized' },
  not_found: { status: 404, shape: 'S1', code: 'NotFound' },
  invalid_json: { status: 400, shape: 'S1', code: 'InvalidBody' },
  invalid_body: { status: 400, shape: 'S1', code: 'InvalidBody' },
  access_denied: { status: 400, shape: 'S3' },
  not_confirmed: { status: 503, shape: 'S1', code: 'NotConfirmed' },
  unavailable: { status: 503, shape: 'S1', code: 'Unavailable' },
  internal: { status: 500, shape: 'S1', code: 'InternalError' },
} as const satisfies NotificationErrorRows;
