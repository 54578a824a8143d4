import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../../../tests/support/postgres-server.ts';
import { DestinationUnusableError, TransientError } from '../errors.ts';
import { checkPostgres } from './check.ts';
import type { PostgresConnection } from './config.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await server.query("CREATE ROLE loader LOGIN PASSWORD 'pw'");
  await server.query('CREATE DATABASE rep');
  await server.query('CREATE DATABASE closed');
  await server.query('GRANT CREATE ON DATABASE rep TO loader');
});
afterAll(() => server.stop());

const asIs = async (host: string): Promise<string> => host;
const connection = (change: Partial<PostgresConnection> = {}): PostgresConnection => ({
  host: server.host,
  port: server.port,
  database: 'rep',
  user: 'loader',
  password: 'pw',
  tls: 'disable',
  ...change,
});
const failure = (change: Partial<PostgresConnection>): Promise<unknown> =>
  checkPostgres(connection(change), asIs).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the check of a PostgreSQL destination', () => {
  it('passes for a user who may create schemas and nothing else', async () => {
    await expect(checkPostgres(connection(), asIs)).resolves.toBeUndefined();
  });

  it('connects to the address the gate gave, whatever the host is called', async () => {
    const asked: string[] = [];
    const gate = async (host: string): Promise<string> => {
      asked.push(host);
      return server.host;
    };
    await checkPostgres(connection({ host: 'wh.example.test' }), gate);
    expect(asked).toEqual(['wh.example.test']);
  });

  it("tells the server's own text and SQLSTATE when waiting does not help", async () => {
    const missing = await failure({ database: 'nowhere' });
    expect(missing).toBeInstanceOf(DestinationUnusableError);
    expect(missing).toMatchObject({ message: 'database "nowhere" does not exist', sqlState: '3D000' });
    expect(await failure({ user: 'nobody' })).toMatchObject({ message: 'role "nobody" does not exist', sqlState: '28000' });
  });

  it('names the privilege that is missing', async () => {
    const error = await failure({ database: 'closed' });
    expect(error).toBeInstanceOf(DestinationUnusableError);
    expect(error).toMatchObject({ message: 'permission denied for database closed: the user loader may not create schemas in it' });
  });

  it('counts a server that is not there, or speaks no TLS when TLS is asked for, as a failure that may pass', async () => {
    const down = await failure({ port: 1 });
    expect(down).toBeInstanceOf(TransientError);
    expect(down).toMatchObject({ message: expect.stringContaining('ECONNREFUSED'), sqlState: undefined });
    expect(await failure({ tls: 'require' })).toMatchObject({ message: 'The server does not support SSL connections' });
  });
});
