import { AppError } from '../../../contract/errors.ts';
import { operatorStatuses } from '../../../contract/operator-api.ts';

export interface OperatorError {
  readonly status: number;
  readonly body: { readonly error: string; readonly message: string };
}

/** Errors of other rooms by their names; what they say is for the operator's eyes. */
const foreign: Readonly<Record<string, 'query_refused' | 'query_limit' | 'query_failed' | 'warehouse_unavailable' | 'unavailable'>> = {
  QueryRefusedError: 'query_refused',
  QueryLimitError: 'query_limit',
  QueryFailedError: 'query_failed',
  CopyFailedError: 'query_failed',
  DestinationUnusableError: 'warehouse_unavailable',
  TransientError: 'warehouse_unavailable',
  StoreUnavailableError: 'unavailable',
  StoreOutcomeUnknownError: 'unavailable',
  BufferFullError: 'unavailable',
  BufferUnavailableError: 'unavailable',
};

/** The one place where an error becomes an operator answer. */
export function renderOperatorError(error: unknown, requestId: string): OperatorError {
  const known = identify(error);
  const status = known === undefined ? undefined : operatorStatuses[known.code];
  if (known === undefined || status === undefined) {
    return { status: 500, body: { error: 'internal', message: `Something failed; the log has it under request ${requestId}.` } };
  }
  return { status, body: { error: known.code, message: known.message } };
}

function identify(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = Object.hasOwn(foreign, error.name) ? foreign[error.name] : undefined;
  if (code !== undefined) return new AppError(code, error.message);
  const { statusCode } = error as Error & { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode < 500 ? new AppError('invalid_body', error.message) : undefined;
}
