import { OAuthError } from '../../../contract/oauth.ts';
import { TooManyError } from '../../access/too-many.ts';
import { identifyError } from '../identify-error.ts';

export interface RenderedOAuthError {
  readonly status: number;
  readonly body: { readonly error: string; readonly error_description: string };
  /** Seconds after which a repetition may be answered. */
  readonly retryAfter: number | undefined;
  /** Nothing the client did: worth a line in the log. */
  readonly unexpected: boolean;
}

const retrySeconds = 5;

/** The one place where an error becomes an OAuth answer (RFC 6749 §5.2); what the RFC has no code for borrows one of §4.1.2.1. */
export function renderOAuthError(error: unknown): RenderedOAuthError {
  if (error instanceof OAuthError) return render(error.code === 'invalid_client' ? 401 : 400, error.code, error.message);
  if (error instanceof TooManyError) return render(429, 'temporarily_unavailable', error.message, error.retryAfterSeconds);
  const { code, message } = identifyError(error) ?? {};
  if (code === 'not_confirmed' || code === 'unavailable')
    return { ...render(503, 'temporarily_unavailable', message ?? '', retrySeconds), unexpected: true };
  if (code === 'not_found') return render(404, 'invalid_request', message ?? '');
  if (code !== undefined) return render(400, 'invalid_request', 'The request cannot be read.');
  return { ...render(500, 'server_error', 'Something failed on our side.'), unexpected: true };
}

/** For what is refused before any route. */
export function renderOAuthTransportError(status: number, message: string): Record<string, unknown> {
  return { error: status >= 500 ? 'server_error' : 'invalid_request', error_description: message };
}

function render(status: number, error: string, description: string, retryAfter?: number): RenderedOAuthError {
  return { status, body: { error, error_description: description }, retryAfter, unexpected: false };
}
