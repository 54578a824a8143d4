import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'pg';
import { DestinationUnusableError, TransientError } from '../errors.ts';
import { sessionSettings } from './config.ts';
import type { PostgresConfig, PostgresConnection } from './config.ts';
import { isInStep, toSinkError } from './failures.ts';
import { guardMessages } from './message-guard.ts';
import { selectText } from './sql.ts';

/** A few connections to one database, opened on demand and closed when idle. */
export interface Database {
  /** Lends a connection to `task`, which leaves no transaction open when it resolves. Throws the errors of `sinks/errors.ts`. */
  use<T>(task: (client: Client) => Promise<T>): Promise<T>;
  /** Waits for the running tasks and closes the connections; later uses are refused. */
  close(): Promise<void>;
}

interface Link {
  readonly client: Client;
  /** Nothing may be sent over it any more. */
  broken: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

export function createDatabase(config: PostgresConfig): Database {
  const idle: Link[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  /** Resolved once it is closing and nobody uses a connection. */
  const allGivenBack = Promise.withResolvers<void>();
  let used = 0;
  let closing = false;

  async function take(): Promise<Link> {
    if (used >= config.maxConnections && !closing) {
      const turn = Promise.withResolvers<void>();
      waiting.push(turn);
      await turn.promise;
      return take();
    }
    if (closing) throw new TransientError('The destination is closing.');
    used += 1;
    for (let link = idle.pop(); link !== undefined; link = idle.pop()) {
      clearTimeout(link.idleTimer);
      if (!link.broken) return link;
    }
    try {
      return await openLink(config);
    } catch (error) {
      giveTurn();
      throw error;
    }
  }

  function giveTurn(): void {
    used -= 1;
    waiting.shift()?.resolve();
    if (closing && used === 0) allGivenBack.resolve();
  }

  async function giveBack(link: Link): Promise<void> {
    if (link.broken || closing) await end(link);
    else {
      idle.push(link);
      link.idleTimer = setTimeout(() => {
        idle.splice(idle.indexOf(link), 1);
        void end(link);
      }, config.idleMs).unref();
    }
    giveTurn();
  }

  return {
    async use(task) {
      let link: Link | undefined;
      try {
        link = await take();
        return await task(link.client);
      } catch (error) {
        if (link !== undefined) await abandon(link, error);
        throw toSinkError(error);
      } finally {
        if (link !== undefined) await giveBack(link);
      }
    },
    async close() {
      closing = true;
      for (const turn of waiting.splice(0)) turn.resolve();
      for (const link of idle.splice(0)) {
        clearTimeout(link.idleTimer);
        await end(link);
      }
      if (used > 0) await allGivenBack.promise;
    },
  };
}

/** After a failed task: the server undoes what it did, and a connection that may be out of step is not used again. */
async function abandon(link: Link, error: unknown): Promise<void> {
  if (!isInStep(error)) link.broken = true;
  if (!link.broken) await link.client.query('ROLLBACK').catch(() => (link.broken = true));
}

async function end(link: Link): Promise<void> {
  clearTimeout(link.idleTimer);
  // A polite end waits for a peer that may be gone.
  if (link.broken) link.client.connection.stream.destroy();
  else await link.client.end().catch(() => undefined);
}

async function openLink(config: PostgresConfig): Promise<Link> {
  const { connection } = config;
  const client = new Client({
    host: await config.resolveHost(connection.host),
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: connection.password,
    ssl: tlsOptions(connection),
    application_name: 'thimble',
    connectionTimeoutMillis: config.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: () => (value: unknown) => value },
  });
  guardMessages(client, { cleartextPassword: connection.tls !== 'disable' });
  const link: Link = { client, broken: false, idleTimer: undefined };
  client.on('error', () => (link.broken = true));
  client.on('end', () => (link.broken = true));
  try {
    await client.connect();
    const socket = client.connection.stream as Socket;
    socket.setTimeout(config.silenceTimeoutMs, () => socket.destroy(new Error('The server does not answer any more.')));
    await prepareSession(client, config);
    return link;
  } catch (error) {
    link.broken = true;
    await end(link);
    throw error;
  }
}

/** Settings of the session, and what has to be known before anything is written. */
async function prepareSession(client: Client, config: PostgresConfig): Promise<void> {
  const settings = sessionSettings(config);
  const [row] = await selectText(
    client,
    `SELECT pg_catalog.current_setting('server_encoding'), pg_catalog.current_setting('server_version_num'), pg_catalog.count(pg_catalog.set_config(name, w.value, false))
       FROM pg_catalog.json_each_text($1) AS w(name, value) JOIN pg_catalog.pg_settings s USING (name)`,
    [JSON.stringify(settings)],
  );
  const [encoding, version] = row ?? [];
  if (Number(version) < 110_000) throw new DestinationUnusableError('PostgreSQL 11 or later is needed.');
  if (encoding !== 'UTF8') throw new DestinationUnusableError(`The database's encoding is ${encoding}; only UTF8 holds every text.`);
  // A commit must be durable before the buffer gives its rows away.
  await client.query(
    `SELECT pg_catalog.set_config('synchronous_commit', 'on', false) WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`,
  );
}

/** TLS as libpq's modes of the same names do it; `servername` stays the host, whatever address the gate chose. */
function tlsOptions({ tls, host, rootCertificate }: PostgresConnection): ConnectionOptions | false {
  if (tls === 'disable') return false;
  const ca = rootCertificate === undefined ? {} : { ca: rootCertificate };
  const name = isIP(host) === 0 ? { servername: host } : {};
  if (tls === 'require') return { ...ca, ...name, rejectUnauthorized: rootCertificate !== undefined, checkServerIdentity: () => undefined };
  return { ...ca, ...name, rejectUnauthorized: true, checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) };
}
