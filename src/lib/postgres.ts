/** What every room that talks to a PostgreSQL of ours shares: how a session is opened, and what its errors mean. */
import type { ClientConfig } from 'pg';

/** A database is named by a text we cannot use. The message never repeats the text: it may hold a password. */
class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

const keepAliveAfterMs = 10_000;
const connectMs = 5_000;

export interface SessionOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Server settings of the session, e.g. `search_path`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Options of a `pg` client or pool. `sslmode` means what it means to libpq. Throws `DatabaseUrlError`. */
export function postgresOptions({ url, name, settings = {} }: SessionOptions): ClientConfig {
  const given = parseDatabaseUrl(url);
  const parameters = given.searchParams;
  // Whatever the server's defaults are: a commit is on the disk before it is answered, and who waited for a lock sees what is there then.
  const all = { synchronous_commit: 'on', default_transaction_isolation: 'read committed', ...settings };
  const flags = Object.entries(all).map(([key, value]) => `-c ${key}=${value.replaceAll(/[\\ ]/g, '\\$&')}`);
  parameters.set('options', [parameters.get('options') ?? '', ...flags].join(' ').trim());
  parameters.set('application_name', name);
  if (!parameters.has('uselibpqcompat')) parameters.set('uselibpqcompat', 'true');
  return {
    connectionString: given.href,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
  };
}

/** A `postgres:` URL. Throws `DatabaseUrlError`. */
export function parseDatabaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new DatabaseUrlError('The database must be named by a URL such as postgres://user:password@host:5432/name?sslmode=verify-full.');
  }
  return url;
}

/** Where a database is, without its password, for messages. */
export function describeDatabase(text: string): string {
  const url = parseDatabaseUrl(text);
  const host = url.searchParams.get('host') ?? url.hostname;
  return `${decodeURIComponent(url.pathname.slice(1)) || 'the default database'} at ${host || 'localhost'}:${url.port || '5432'}`;
}

/** The five characters of an error the server sent (PostgreSQL, appendix A). */
export function findSqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : undefined;
}

/**
 * The session is gone, or may be: what it was doing may have been done or not. Every other error of the server is an answer:
 * the statement was rolled back. 57P is the end of the server or the session, 25P03 and 25P04 its time-outs, 08 the connection.
 */
export function isSessionLost(error: unknown): boolean {
  const state = findSqlState(error);
  return state === undefined || /^(08|57P|25P0[34]$)/.test(state);
}

/** Makes the end of a session no uncaught error: whoever waits for a query hears of it there. */
export function ignoreSessionErrors(session: { on(event: 'error', listener: () => void): unknown }): void {
  session.on('error', () => undefined);
}
