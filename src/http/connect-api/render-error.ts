import {
  commonErrors,
  type ErrorRow,
  type ErrorRows,
  type S1Body,
  type S2Body,
  type S6Body,
} from '../../../contract/connect-api/errors.ts';
import { AppError } from '../../../contract/errors.ts';

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

/** Our own errors, and those of the framework and the store that have a place in the error table. */
export function identifyError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'StoreUnavailableError') return new AppError('unavailable', 'The change cannot be stored at the moment. Retry later.');
  if (error.name === 'StoreOutcomeUnknownError') {
    return new AppError('unavailable', 'It is not known whether the change is stored. Look before you repeat it.');
  }
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('invalid_body', 'The body is larger than 1,000,000 bytes.');
  const clientFault = typeof code === 'string' && code.startsWith('FST_ERR_') && typeof statusCode === 'number' && statusCode < 500;
  return clientFault ? new AppError('invalid_body', 'The request body cannot be read.') : undefined;
}

/** S1 for what is refused before any route: a bad host, a URL that is none, an unknown cause. */
export function renderTransportError(status: number, message: string, requestId: string): Record<string, unknown> {
  const code = status === 404 ? 'NotFound' : status >= 500 ? commonErrors.internal.code : 'BadRequest';
  return { error: code, data: status >= 500 ? { message, request_id: requestId } : { message } } satisfies S1Body;
}
