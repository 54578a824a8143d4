import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'pg';
import type { PostgresConnection } from './config.ts';
import { guardMessages } from './message-guard.ts';

/** A client, not yet connected, for the address that the gate chose. What the server's environment says of PostgreSQL is not its own. */
export function createClient(connection: PostgresConnection, address: string, connectTimeoutMs: number): Client {
  const client = new Client({
    host: address,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    // An empty one as text would be looked for in PGPASSWORD and the user's .pgpass.
    password: () => connection.password,
    ssl: tlsOptions(connection),
    sslnegotiation: 'postgres',
    application_name: 'thimble',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: () => (value: unknown) => value },
  });
  // pg reads PGOPTIONS and PGREPLICATION, which no setting can turn off.
  const { connectionParameters } = client as unknown as { connectionParameters: Record<'options' | 'replication', string | undefined> };
  connectionParameters.options = undefined;
  connectionParameters.replication = undefined;
  guardMessages(client, { cleartextPassword: connection.tls !== 'disable' });
  return client;
}

/** TLS as libpq's modes of the same names do it; `servername` stays the host, whatever address the gate chose. */
function tlsOptions({ tls, host, rootCertificate }: PostgresConnection): ConnectionOptions | false {
  if (tls === 'disable') return false;
  const ca = rootCertificate === undefined ? {} : { ca: rootCertificate };
  const name = isIP(host) === 0 ? { servername: host } : {};
  if (tls === 'require') return { ...ca, ...name, rejectUnauthorized: rootCertificate !== undefined, checkServerIdentity: () => undefined };
  return { ...ca, ...name, rejectUnauthorized: true, checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) };
}
