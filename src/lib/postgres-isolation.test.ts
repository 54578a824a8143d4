import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from 'pg';
import { startPostgres, type PostgresServer } from '../../tests/support/postgres-server.ts';
import { postgresOptions } from './postgres.ts';

let server: PostgresServer;
beforeAll(async () => void (server = await startPostgres()), 60_000);
afterAll(() => server.stop());

it('sees what is committed after waiting for a lock, also where the server defaults to a snapshot per transaction', async () => {
  const url = await server.createDatabase('snapshots');
  await server.query(`ALTER DATABASE snapshots SET default_transaction_isolation = 'repeatable read'`);
  const client = new Client(postgresOptions({ url, name: 'thimble' }));
  await client.connect();
  try {
    const { rows } = await client.query('SHOW transaction_isolation');
    expect(rows).toEqual([{ transaction_isolation: 'read committed' }]);
  } finally {
    await client.end();
  }
});
