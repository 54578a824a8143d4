import type { ErrorCode } from '../errors.ts';

/** How one error code is answered on one route: status, body shape (connect-api.md §2.2) and, in shape S1, the code on the wire. */
export type ErrorRow =
  | { readonly status: 400 | 401 | 404 | 500 | 503; readonly shape: 'S1'; readonly code: string }
  /** `code` is the type on the wire; a job that runs already is no failure (connect-api.md §8.2). */
  | { readonly status: 200 | 400 | 401 | 404 | 500 | 503; readonly shape: 'S2'; readonly code: string }
  | { readonly status: 400 | 404; readonly shape: 'S4' }
  | { readonly status: 400; readonly shape: 'S6' }
  /** `errors` is there where the documented answer has it, and then by field what the error says. */
  | {
      readonly status: 400 | 401 | 429 | 500 | 503;
      readonly shape: 'S5';
      readonly code: string;
      readonly errors?: Readonly<Record<string, string>>;
    };

export type ErrorRows = Readonly<Partial<Record<ErrorCode, ErrorRow>>>;

/** S1, the shape of every error of sources, tokens and loads, and of what is refused before any route. S4 is a bare JSON string. */
export interface S1Body {
  readonly error: string;
  readonly data: { readonly message: string } & Readonly<Record<string, unknown>>;
}

/** S2, of jobs: clients look for `error` and read its `message`. */
export interface S2Body {
  readonly error: { readonly type: string; readonly message: string; readonly request_id?: string };
}

/** S5, of accounts. */
export interface S5Body {
  readonly code: string;
  readonly message: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** S6, of metadata: what cannot be written. */
export interface S6Body {
  readonly invalid_fields: string;
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

/** Rows every route of jobs has: whatever happens, `error` is an object there (connect-api.md §8.2). */
export const jobErrors = {
  unauthorized: { status: 401, shape: 'S2', code: 'unauthorized' },
  not_found: { status: 404, shape: 'S2', code: 'not_found' },
  invalid_json: { status: 400, shape: 'S2', code: 'generic' },
  invalid_body: { status: 400, shape: 'S2', code: 'generic' },
  access_denied: { status: 400, shape: 'S2', code: 'generic' },
  not_confirmed: { status: 503, shape: 'S2', code: 'unavailable' },
  unavailable: { status: 503, shape: 'S2', code: 'unavailable' },
  internal: { status: 500, shape: 'S2', code: 'internal' },
} as const satisfies ErrorRows;
