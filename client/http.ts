/** One HTTP exchange of the typed clients. */

/** The server answered with an error status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: unknown;
  /** Seconds from `Retry-After`, when the server sent it. */
  readonly retryAfterS: number | undefined;
  constructor(status: number, body: unknown, retryAfterS: number | undefined) {
    super(`The server answered ${status}: ${typeof body === 'string' ? body : JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
    this.retryAfterS = retryAfterS;
  }
}

export interface Exchange {
  readonly baseUrl: URL;
  readonly token: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
  /** Success is a redirect; it is not followed but answered as `{ location }`. */
  readonly redirects?: boolean;
}

/** Sends a JSON request with a Bearer token and resolves with the parsed body. Throws `ApiError` on a status of 300 or more, and on an error in a 200. */
export async function exchange({ baseUrl, token, method, path, body, timeoutMs = 60_000, redirects = false }: Exchange): Promise<unknown> {
  const response = await fetch(new URL(path, baseUrl), {
    method,
    redirect: redirects ? 'manual' : 'error',
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  const location = response.headers.get('location');
  if (redirects && response.status === 302 && location !== null) return { location };
  const parsed = parseReply(text);
  if (response.status >= 300 || isFailure(parsed)) {
    const retryAfter = Number(response.headers.get('retry-after') ?? 'NaN');
    throw new ApiError(response.status, parsed, Number.isFinite(retryAfter) ? retryAfter : undefined);
  }
  return parsed;
}

function parseReply(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A job that runs already is told with status 200 (connect-api.md §8.2); a check has an `error` that is true or false. */
function isFailure(reply: unknown): boolean {
  return typeof reply === 'object' && reply !== null && 'error' in reply && typeof reply.error === 'object';
}
