import { bodyTimeout, bodyTooLarge, malformedEncoding, unavailable, unsupportedEncoding } from '../../../contract/import-api.ts';
import type { ImportError } from '../../../contract/import-api.ts';
import type { IntakeRequest } from '../../intake/intake.ts';
import { BodyAbortedError, BodyTimeoutError, BodyTooLargeError, MalformedEncodingError, UnsupportedEncodingError } from '../body-errors.ts';
import { BudgetTimeoutError } from '../byte-lane.ts';

/** Errors of the buffer, known here by name: `http` does not import `buffer`. */
const bufferErrors = new Set(['BufferFullError', 'BufferUnavailableError']);

/** The answer to an expected failure; `gone`: nobody is left to answer; undefined: unexpected. */
export function findFailureAnswer(error: unknown, endpoint: IntakeRequest['endpoint']): ImportError | 'gone' | undefined {
  if (!(error instanceof Error)) return undefined;
  if (bufferErrors.has(error.name) || error instanceof BudgetTimeoutError) return unavailable(endpoint, error.message);
  if (error instanceof BodyAbortedError) return 'gone';
  if (error instanceof BodyTooLargeError) return bodyTooLarge(error.bytes);
  if (error instanceof BodyTimeoutError) return bodyTimeout;
  if (error instanceof MalformedEncodingError) return malformedEncoding(error.message);
  if (error instanceof UnsupportedEncodingError) return unsupportedEncoding(error.encoding);
  return undefined;
}
