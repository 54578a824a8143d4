import { accountStatuses, type AccountErrorBody } from '../../../contract/account-api/errors.ts';
import { identifyError } from '../identify-error.ts';

export interface RenderedAccountError {
  readonly status: number;
  readonly body: AccountErrorBody;
  /** Seconds after which a repetition may be answered. */
  readonly retryAfter: number | undefined;
  /** Nothing the client did: worth a line in the log. */
  readonly unexpected: boolean;
}

const retrySeconds = 5;

/** The one place where an error becomes an Account API answer; what has no status here is ours: 500, message withheld. */
export function renderAccountError(error: unknown, requestId: string): RenderedAccountError {
  const known = identifyError(error);
  const status = known === undefined ? undefined : accountStatuses[known.code];
  if (known === undefined || status === undefined) {
    return { ...render(500, 'internal', 'Something failed on our side.', requestId), retryAfter: undefined, unexpected: true };
  }
  const { retry_after: retryAfter } = known.details;
  return {
    ...render(status, known.code, known.message, requestId),
    retryAfter: typeof retryAfter === 'number' ? retryAfter : status === 503 ? retrySeconds : undefined,
    unexpected: status >= 500,
  };
}

/** For what is refused before any route: a bad host, a URL that is none, an unknown cause. */
export function renderAccountTransportError(status: number, message: string, requestId: string): Record<string, unknown> {
  const code = status === 404 ? 'not_found' : status >= 500 ? 'internal' : 'invalid_body';
  return { ...render(status, code, message, requestId).body };
}

function render(status: number, code: string, message: string, requestId: string): { status: number; body: AccountErrorBody } {
  return { status, body: { error: { code, message, request_id: requestId } } };
}
