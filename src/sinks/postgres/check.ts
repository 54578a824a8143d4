import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { Client, DatabaseError } from 'pg';
import { DestinationUnusableError, TransientError } from '../errors.ts';
import type { PostgresConnection } from './config.ts';

const timeoutMs = 10_000;

/** SQLSTATE classes that waiting does not cure: sign-in refused, no such database, no privilege. */
const lasting = /^(?:28|3D|42)/;

/** Connects, and proves the one privilege that loading needs: creating schemas in the database (loading.md §15.1). Throws the errors of `sinks/errors.ts`. */
export async function checkPostgres(connection: PostgresConnection, resolveHost: (host: string) => Promise<string>): Promise<void> {
  const { host, port, database, user, password } = connection;
  const client = new Client({
    host: await resolveHost(host),
    port,
    database,
    user,
    password,
    ssl: tlsOf(connection),
    application_name: 'thimble',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // A connection that breaks between two calls says so here; the call that follows fails by itself.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>("SELECT has_database_privilege(current_database(), 'CREATE') AS may");
    if (rows[0]?.may !== true) {
      throw new DestinationUnusableError(`permission denied for database ${database}: the user ${user} may not create schemas in it`);
    }
  } catch (error) {
    throw toCheckError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function tlsOf({ host, tls, rootCertificate }: PostgresConnection): ConnectionOptions | false {
  if (tls === 'disable') return false;
  const servername = isIP(host) === 0 ? { servername: host } : {};
  if (tls === 'require') return { ...servername, rejectUnauthorized: false };
  const ca = rootCertificate === undefined ? {} : { ca: rootCertificate };
  return { ...servername, ...ca, checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) };
}

function toCheckError(error: unknown): Error {
  if (error instanceof DestinationUnusableError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  const sqlState = error instanceof DatabaseError ? (error.code ?? '') : '';
  return lasting.test(sqlState) ? new DestinationUnusableError(message, options) : new TransientError(message, options);
}
