import { commonErrors, type ErrorRows, type S1Body } from '../../../contract/connect-api/errors.ts';
import { AppError } from '../../../contract/errors.ts';

export interface RenderedError {
  readonly status: number;
  /** S1, or in shape S4 the bare text. */
  readonly body: S1Body | string;
  /** Nothing the client did: worth a line in the log. */
  readonly unexpected: boolean;
}

/** The one place where an error becomes a Connect API answer. An error the route does not list is ours: 500, message withheld. */
export function renderError(error: unknown, rows: ErrorRows, requestId: string): RenderedError {
  const known = identifyError(error);
  const row = known === undefined ? undefined : rows[known.code];
  if (known === undefined || row === undefined) {
    const { status, code } = commonErrors.internal;
    return { status, body: { error: code, data: { message: 'Something failed on our side.', request_id: requestId } }, unexpected: true };
  }
  return {
    status: row.status,
    body: row.shape === 'S4' ? known.message : { error: row.code, data: { message: known.message, ...known.details } },
    unexpected: row.status >= 500,
  };
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
