import type { ErrorCode } from '../errors.ts';

/** How one error code is answered on one route: status, body shape (connect-api.md §2.2) and, in shape S1, the code on the wire. */
export type ErrorRow =
  | { readonly status: 400 | 401 | 404 | 500 | 503; readonly shape: 'S1'; readonly code: string }
  | { readonly status: 400 | 404; readonly shape: 'S4' };

export type ErrorRows = Readonly<Partial<Record<ErrorCode, ErrorRow>>>;

/** S1, the shape of every error of sources, tokens and loads, and of what is refused before any route. S4 is a bare JSON string. */
export interface S1Body {
  readonly error: string;
  readonly data: { readonly message: string } & Readonly<Record<string, unknown>>;
}

/** Rows every Connect route has. */
export const commonErrors = {
  unauthorized: { status: 401, shape: 'S1', code: 'Unauthorized' },
  not_found: { status: 404, shape: 'S1', code: 'NotFound' },
  invalid_json: { status: 400, shape: 'S1', code: 'InvalidBody' },
  invalid_body: { status: 400, shape: 'S1', code: 'InvalidBody' },
  access_denied: { status: 400, shape: 'S1', code: 'AccessDenied' },
  not_confirmed: { status: 503, shape: 'S1', code: 'NotConfirmed' },
  unavailable: { status: 503, shape: 'S1', code: 'Unavailable' },
  internal: { status: 500, shape: 'S1', code: 'InternalError' },
} as const satisfies ErrorRows;

const bareText = { status: 400, shape: 'S4' } as const;

/** Rows every route of destinations has: what the caller did wrong is a bare string (connect-api.md §2.2). */
export const destinationErrors = {
  ...commonErrors,
  invalid_json: bareText,
  invalid_body: bareText,
  access_denied: bareText,
} as const satisfies ErrorRows;
