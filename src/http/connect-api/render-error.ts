import {
  commonErrors,
  type ErrorRow,
  type ErrorRows,
  type S1Body,
  type S2Body,
  type S6Body,
} from '../../../contract/connect-api/errors.ts';
import type { AppError } from '../../../contract/errors.ts';
import { identifyError } from '../identify-error.ts';

export interface RenderedError {
  readonly status: number;
  /** In the shape of its row; in shape S4 the bare text. */
  readonly body: S1Body | S2Body | S6Body | string;
  /** Nothing the client did: worth a line in the log. */
  readonly unexpected: boolean;
}

/** The one place where an error becomes a Connect API answer. An error the route does not list is ours: 500, message withheld. */
export function renderError(error: unknown, rows: ErrorRows, requestId: string): RenderedError {
  const known = identifyError(error);
  const row = known === undefined ? undefined : rows[known.code];
  if (known === undefined || row === undefined) {
    const { internal = commonErrors.internal } = rows;
    const body = renderBody(internal, 'Something failed on our side.', { request_id: requestId });
    return { status: internal.status, body, unexpected: true };
  }
  return { status: row.status, body: renderBody(row, known.message, known.details), unexpected: row.status >= 500 };
}

function renderBody(row: ErrorRow, message: string, details: AppError['details']): RenderedError['body'] {
  switch (row.shape) {
    case 'S1':
      return { error: row.code, data: { message, ...details } };
    case 'S2':
      return { error: { type: row.code, message, ...details } };
    case 'S4':
      return message;
    case 'S6':
      return { invalid_fields: message };
  }
}

/** S1 for what is refused before any route: a bad host, a URL that is none, an unknown cause. */
export function renderTransportError(status: number, message: string, requestId: string): Record<string, unknown> {
  const code = status === 404 ? 'NotFound' : status >= 500 ? commonErrors.internal.code : 'BadRequest';
  return { error: code, data: status >= 500 ? { message, request_id: requestId } : { message } } satisfies S1Body;
}
