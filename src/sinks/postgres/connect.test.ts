import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { startTcpProxy } from '../../../tests/support/tcp-proxy.ts';
import { ConnectionLostError, DestinationUnusableError, TransientError } from '../errors.ts';
import type { PostgresConnection, PostgresOptions } from './config.ts';
import { withDefaults } from './config.ts';
import { createDatabase } from './connect.ts';
import { createPostgresSink } from './postgres-sink.ts';
import { selectText } from './sql.ts';

let server: PostgresServer;
let destination: PostgresDestination;
beforeAll(async () => {
  server = await startPostgres();
  destination = await createDestination(server);
  // The cluster trusts everybody but this user.
  const rules = join(server.socketDirectory, 'data/pg_hba.conf');
  writeFileSync(rules, `host all loader 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  await server.query('SELECT pg_reload_conf()');
}, 60_000);
afterAll(async () => {
  await destination.dispose();
  await server.stop();
});

/** Checks a destination like the shared one but for these properties. */
async function check(changed: Partial<PostgresConnection>, options: Partial<PostgresOptions> = {}): Promise<void> {
  const { connection, resolveHost } = destination.options;
  const sink = createPostgresSink({ resolveHost, ...options, connection: { ...connection, ...changed } });
  try {
    await sink.check();
  } finally {
    await sink.close();
  }
}

describe('a destination that cannot be used', () => {
  it.each<[string, Partial<PostgresConnection>, string]>([
    ['a database that is not there', { database: 'nowhere' }, 'database "nowhere" does not exist'],
    ['a user who is not there', { user: 'nobody_here' }, 'role "nobody_here" does not exist'],
    ['a wrong password', { password: 'guessed' }, 'password authentication failed for user "loader"'],
    ['TLS that the server does not speak', { tls: 'require' }, 'does not support SSL'],
  ])('%s is the owner’s to repair', async (_, changed, message) => {
    const failure = check(changed);
    await expect(failure).rejects.toThrow(DestinationUnusableError);
    await expect(failure).rejects.toThrow(message);
  });

  it('lacks the privilege to create schemas', async () => {
    await destination.query(`REVOKE CREATE ON DATABASE ${destination.database} FROM loader`);
    onTestFinished(async () => void (await destination.query(`GRANT CREATE ON DATABASE ${destination.database} TO loader`)));
    const failure = check({});
    await expect(failure).rejects.toThrow(DestinationUnusableError);
    await expect(failure).rejects.toThrow(/permission denied for database|grant it CREATE/);
  });

  it('holds text in another encoding', async () => {
    await server.query(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'`);
    await expect(check({ database: 'latin' })).rejects.toThrow("The database's encoding is LATIN1; only UTF8 holds every text.");
  });
});

describe('a destination that may answer later', () => {
  it('listens to nobody, or never answers', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await expect(check({ port }, { connectTimeoutMs: 200 })).rejects.toThrow(TransientError);
    silent.close();
    await once(silent, 'close');
    await expect(check({ port })).rejects.toThrow(TransientError);
  });

  it('falls silent in the middle of a statement', async () => {
    const proxy = await startTcpProxy(server);
    onTestFinished(() => proxy.close());
    const { connection } = destination.options;
    const sink = createPostgresSink({ ...destination.options, connection: { ...connection, port: proxy.port }, silenceTimeoutMs: 300 });
    await sink.check();
    proxy.stall();
    await expect(sink.describe('shop')).rejects.toThrow(TransientError);
    await sink.close();
  });

  it('takes longer than two statements may, whatever it sends meanwhile', async () => {
    const proxy = await startTcpProxy(server);
    onTestFinished(() => proxy.close());
    const { connection } = destination.options;
    const database = createDatabase(
      withDefaults({ ...destination.options, connection: { ...connection, port: proxy.port }, statementTimeoutMs: 200 }),
    );
    const notices = `DO $$ BEGIN FOR n IN 1..3 LOOP RAISE NOTICE 'still here'; PERFORM pg_sleep(0.01); END LOOP; END $$`;
    const failure = database.use(async (client) => {
      for (;;) await client.query(notices);
    });
    await expect(failure).rejects.toThrow(new ConnectionLostError('The server took too long.'));
    await expect(database.use((client) => selectText(client, 'SELECT 1'))).resolves.toEqual([['1']]);
    proxy.stall();
    await database.close();
  });

  it('is reached as its properties say, whatever the environment says of PostgreSQL', async () => {
    const environment = { PGOPTIONS: '-c geqo=off', PGREPLICATION: 'database', PGSSLNEGOTIATION: 'direct', PGPASSWORD: 'secret' };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const database = createDatabase(withDefaults(destination.options));
    const settings = `SELECT current_setting('geqo'), backend_type FROM pg_stat_activity WHERE pid = pg_backend_pid()`;
    await expect(database.use((client) => selectText(client, settings))).resolves.toEqual([['on', 'client backend']]);
    await database.close();
    await expect(check({ password: '' })).rejects.toThrow(/password/);
  });

  it('is asked for its address once per connection, and for no connection that was refused', async () => {
    const asked: string[] = [];
    const refuse = async (host: string): Promise<string> => {
      asked.push(host);
      throw new DestinationUnusableError(`${host} may not be connected to.`);
    };
    await expect(check({ host: 'metadata.internal' }, { resolveHost: refuse })).rejects.toThrow(
      'metadata.internal may not be connected to.',
    );
    await check(
      { host: 'db.example.com' },
      {
        resolveHost: async (host) => {
          asked.push(host);
          return '127.0.0.1';
        },
      },
    );
    expect(asked).toEqual(['metadata.internal', 'db.example.com']);
  });

  it('closes connections that are idle and opens others when needed', async () => {
    const sink = createPostgresSink({ ...destination.options, idleMs: 50 });
    const connections = async (): Promise<number> => {
      const [row] = await server.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'thimble'`);
      return Number(row?.['n']);
    };
    await sink.check();
    await expect.poll(connections).toBe(0);
    await Promise.all(Array.from({ length: 10 }, () => sink.describe('shop')));
    expect(await connections()).toBeLessThanOrEqual(3);
    await sink.close();
    await expect.poll(connections).toBe(0);
    await expect(sink.describe('shop')).rejects.toThrow('The destination is closing.');
  });

  it('goes on over a new connection when the server ended the old one', async () => {
    const sink = createPostgresSink(destination.options);
    await sink.check();
    await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'thimble'`);
    await expect.poll(() => sink.describe('shop').catch(() => undefined)).toMatchObject({ exists: false });
    await sink.close();
  });

  it('gets the settings of a session: durable commits, UTC and limits to waiting', async () => {
    await server.query(`ALTER ROLE loader SET synchronous_commit = off; ALTER ROLE loader SET TimeZone = 'Asia/Kolkata'`);
    onTestFinished(async () => void (await server.query(`ALTER ROLE loader RESET ALL`)));
    const database = createDatabase(withDefaults(destination.options));
    const names = ['synchronous_commit', 'TimeZone', 'lock_timeout', 'statement_timeout', 'application_name', 'tcp_keepalives_idle'];
    const values = await database.use((client) =>
      selectText(client, `SELECT current_setting(name) FROM unnest($1::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n`, [names]),
    );
    expect(values.flat()).toEqual(['on', 'UTC', '5s', '15min', 'thimble', '30']);
    await database.close();
  });
});
