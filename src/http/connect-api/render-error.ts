import {
  commonErrors,
  type ErrorRow,
  type ErrorRows,
  type S1Body,
  type S2Body,
  type S5Body,
  type S6Body,
} from '../../../contract/connect-api/errors.ts';
import type { AppError } from '../../../contract/errors.ts';
import { identifyError } from '../identify-error.ts';

export interface RenderedError {
  readonly status: number;
  /** In the shape of its row; in shape S4 the bare text. */
  readonly body: S1Body | S2Body | S5Body | S6Body | string;
  /** Seconds after which a repetition may be answered. */
  readonly retryAfter: number | undefined;
  /** Nothing the client did: worth a line in the log. */
  readonly unexpected: boolean;
}

const retrySeconds = 5;

/** The one place where an error becomes a Connect API answer. An error the route does not list is ours: 500, message withheld. */
export function renderError(error: unknown, rows: ErrorRows, requestId: string): RenderedError {
  const known = identifyError(error);
  const row = known === undefined ? undefined : rows[known.code];
  if (known === undefined || row === undefined) {
    const { internal = commonErrors.internal } = rows;
    const body = renderBody(internal, 'Something failed on our side.', { request_id: requestId });
    return { status: internal.status, body, retryAfter: undefined, unexpected: true };
  }
  const { retry_after: asked } = known.details;
  const retryAfter = typeof asked === 'number' ? asked : row.status === 503 ? retrySeconds : undefined;
  return { status: row.status, body: renderBody(row, known.message, known.details), retryAfter, unexpected: row.status >= 500 };
}

function renderBody(row: ErrorRow, message: string, details: AppError['details']): RenderedError['body'] {
  switch (row.shape) {
    case 'S1':
      return { error: row.code, data: { message, ...details } };
    case 'S2':
      return { error: { type: row.code, message, ...details } };
    case 'S4':
      return message;
    case 'S5':
      return {
        code: row.code,
        message,
        ...(row.errors === undefined ? {} : { errors: { ...row.errors, ...(details['errors'] as S5Body['errors']) } }),
      };
    case 'S6':
      return { invalid_fields: message };
  }
}

/** S1 for what is refused before any route: a bad host, a URL that is none, an unknown cause. */
export function renderTransportError(status: number, message: string, requestId: string): Record<string, unknown> {
  const code = status === 404 ? 'NotFound' : status >= 500 ? commonErrors.internal.code : 'BadRequest';
  return { error: code, data: status >= 500 ? { message, request_id: requestId } : { message } } satisfies S1Body;
}
