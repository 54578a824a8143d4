import { describe, expect, it } from 'vitest';
import { postgresVersions, startPostgres } from '../support/postgres-server.ts';

describe.each(postgresVersions)('PostgreSQL %i started by a test', (version) => {
  it('answers, keeps what was committed over a kill, and is gone when stopped', { timeout: 60_000 }, async () => {
    const server = await startPostgres({ version, settings: { fsync: 'on' } });
    try {
      const [row] = await server.query('SHOW server_version');
      expect(String(row?.['server_version'])).toMatch(new RegExp(`^${version}\\.`));
      await server.createDatabase('shop');
      await server.query('CREATE TABLE t AS SELECT 1 AS a', 'shop');
      await server.kill();
      await expect(server.query('SELECT 1')).rejects.toThrow();
      await server.start();
      expect(await server.query('SELECT a FROM t', 'shop')).toEqual([{ a: 1 }]);
    } finally {
      await server.stop();
    }
    await expect(server.query('SELECT 1')).rejects.toThrow();
  });
});
