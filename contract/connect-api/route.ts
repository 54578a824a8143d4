import type { z } from 'zod';
import type { ErrorRows } from './errors.ts';

/** One route as data: what it takes, what it answers and every error it may answer with. Path parameters in braces are decimal digits. */
export interface ConnectRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Query parameters, all optional. */
  readonly query?: z.ZodObject;
  readonly response: z.ZodType;
  readonly errors: ErrorRows;
  /** Success is a 302 to somewhere else, and `response` is what a client makes of it. */
  readonly redirects?: true;
  /** The reply carries a secret and must not be stored by anything on the way. */
  readonly secret?: true;
  /** No key is asked for: the body says who calls. */
  readonly open?: true;
}
