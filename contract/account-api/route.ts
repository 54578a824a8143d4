import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/**
 * Who may call a route. `public`: nobody has to be signed in. `session`: a member. `administrator`: a member in that role.
 * `session_or_key`: a member, or an API key for the acts access.md allows it.
 */
type AccountAccess = 'public' | 'session' | 'administrator' | 'session_or_key';

/** One route as data. Path parameters in braces are decimal digits. A route without `response` answers 204. */
export interface AccountRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/account/v1/${string}`;
  readonly summary: string;
  readonly access: AccountAccess;
  readonly body?: z.ZodType;
  /** Query parameters, each a string on the wire. */
  readonly query?: z.ZodObject;
  readonly response?: z.ZodType;
  /** What it may answer besides the errors every route has. */
  readonly errors: readonly ErrorCode[];
  /** The reply carries a secret and must not be stored by anything on the way. */
  readonly secret?: true;
  /** A session begun with an ephemeral token may use it too: only what the key that made the token may do itself. */
  readonly delegated?: true;
  /** A sensitive act: the password must have been given within the last fifteen minutes. */
  readonly fresh?: true;
}
