import { AppError } from '../../contract/errors.ts';
import { TooManyError } from '../access/too-many.ts';

/** Our own errors, and those of the framework and the store that have a place in the error table. */
export function identifyError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (error instanceof TooManyError) return new AppError('too_many_requests', error.message, { retry_after: error.retryAfterSeconds });
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
