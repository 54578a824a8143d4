import type { Socket } from 'node:net';
import type { Client } from 'pg';
import { DestinationUnusableError, TransientError } from '../errors.ts';
import { createClient } from './client.ts';
import { sessionSettings } from './config.ts';
import type { PostgresConfig } from './config.ts';
import { isInStep, toSinkError } from './failures.ts';
import { selectText } from './sql.ts';

/** A few connections to one database, opened on demand and closed when idle. */
export interface Database {
  /** Lends a connection to `task`, which leaves no transaction open when it resolves and takes `limitMs` at most. Throws the errors of `sinks/errors.ts`. */
  use<T>(task: (client: Client) => Promise<T>, limitMs?: number): Promise<T>;
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
  /** Two statements as long as they may be; a load has one that is long, if any. */
  const useLimitMs = 2 * config.statementTimeoutMs;
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
    if (link.broken || closing) await end(link, config);
    else {
      idle.push(link);
      link.idleTimer = setTimeout(() => {
        idle.splice(idle.indexOf(link), 1);
        void end(link, config);
      }, config.idleMs).unref();
    }
    giveTurn();
  }

  return {
    async use(task, limitMs = useLimitMs) {
      let link: Link | undefined;
      try {
        link = await take();
        const { client } = link;
        return await withDeadline(client, limitMs, () => task(client));
      } catch (error) {
        const connected = link !== undefined && isUsable(link);
        if (link !== undefined) await abandon(link, error, config);
        throw toSinkError(error, { connected });
      } finally {
        if (link !== undefined) await giveBack(link);
      }
    },
    async close() {
      closing = true;
      for (const turn of waiting.splice(0)) turn.resolve();
      for (const link of idle.splice(0)) {
        clearTimeout(link.idleTimer);
        await end(link, config);
      }
      if (used > 0) await allGivenBack.promise;
    },
  };
}

/** Of a connection that is just lost pg tells after its queries have failed; the socket knows at once. */
function isUsable({ client, broken }: Link): boolean {
  return !broken && !client.connection.stream.destroyed;
}

/** After a failed task: the server undoes what it did, and a connection that may be out of step is not used again. */
async function abandon(link: Link, error: unknown, { connectTimeoutMs }: PostgresConfig): Promise<void> {
  if (!isInStep(error)) link.broken = true;
  if (link.broken) return;
  await withDeadline(link.client, connectTimeoutMs, () => link.client.query('ROLLBACK')).catch(() => (link.broken = true));
}

async function end(link: Link, { connectTimeoutMs }: PostgresConfig): Promise<void> {
  clearTimeout(link.idleTimer);
  // A polite end waits for a peer that may be gone.
  if (link.broken) link.client.connection.stream.destroy();
  else await withDeadline(link.client, connectTimeoutMs, () => link.client.end()).catch(() => undefined);
}

/** Destroys the connection when the task takes longer, whatever the peer keeps sending; the task's query fails with that. */
async function withDeadline<T>(client: Client, limitMs: number, task: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => client.connection.stream.destroy(new Error('The server took too long.')), limitMs);
  try {
    return await task();
  } finally {
    clearTimeout(timer);
  }
}

async function openLink(config: PostgresConfig): Promise<Link> {
  const client = createClient(config.connection, await config.resolveHost(config.connection.host), config.connectTimeoutMs);
  const link: Link = { client, broken: false, idleTimer: undefined };
  client.on('error', () => (link.broken = true));
  client.on('end', () => (link.broken = true));
  try {
    await client.connect();
    const socket = client.connection.stream as Socket;
    socket.setTimeout(config.silenceTimeoutMs, () => socket.destroy(new Error('The server does not answer any more.')));
    await withDeadline(client, config.connectTimeoutMs, () => prepareSession(client, config));
    return link;
  } catch (error) {
    link.broken = true;
    await end(link, config);
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
