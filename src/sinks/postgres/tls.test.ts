import { spawnSync } from 'node:child_process';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { DestinationUnusableError } from '../errors.ts';
import type { PostgresConnection } from './config.ts';
import { createPostgresSink } from './postgres-sink.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Certificates need the program `openssl`; without it these tests are skipped. */
describe.skipIf(!hasOpenssl)('TLS to PostgreSQL', () => {
  let server: PostgresServer;
  let destination: PostgresDestination;
  let authority: string;
  let stranger: string;

  beforeAll(async () => {
    server = await startPostgres();
    const directory = server.socketDirectory;
    authority = makeAuthority(directory, 'authority');
    stranger = makeAuthority(directory, 'stranger');
    makeServerCertificate(directory, 'db.example.com');
    await server.query(`ALTER SYSTEM SET ssl_cert_file = '${join(directory, 'server.crt')}'`);
    await server.query(`ALTER SYSTEM SET ssl_key_file = '${join(directory, 'server.key')}'`);
    await server.query(`ALTER SYSTEM SET ssl = on`);
    await server.query(`SELECT pg_reload_conf()`);
    await vi.waitFor(async () => expect(await server.query('SHOW ssl')).toEqual([{ ssl: 'on' }]));
    destination = await createDestination(server);
  }, 60_000);
  afterAll(async () => {
    await destination.dispose();
    await server.stop();
  });

  /** Whether the connection is encrypted, as the server sees it. */
  async function connect(changed: Partial<PostgresConnection>): Promise<unknown> {
    // The gate answers with an address, while the certificate is for the name.
    const sink = createPostgresSink({
      connection: { ...destination.options.connection, host: 'db.example.com', ...changed },
      resolveHost: async () => server.host,
    });
    try {
      await sink.check();
      const rows = await server.query(
        `SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'thimble' ORDER BY a.backend_start DESC`,
      );
      return rows[0]?.['ssl'];
    } finally {
      await sink.close();
    }
  }

  it('is off when disabled, and on without questions when required', async () => {
    expect(await connect({ tls: 'disable' })).toBe(false);
    expect(await connect({ tls: 'require' })).toBe(true);
  });

  it('checks chain and host name in full, against the host and not the address', async () => {
    expect(await connect({ tls: 'verify-full', rootCertificate: authority })).toBe(true);
  });

  it.each<[string, () => Partial<PostgresConnection>]>([
    ['another host name', () => ({ tls: 'verify-full', host: 'other.example.com', rootCertificate: authority })],
    ['an address that the certificate does not name', () => ({ tls: 'verify-full', host: '127.0.0.1', rootCertificate: authority })],
    ['another authority', () => ({ tls: 'verify-full', rootCertificate: stranger })],
    ['an authority nobody knows', () => ({ tls: 'verify-full' })],
    ['another authority, if one is given', () => ({ tls: 'require', rootCertificate: stranger })],
  ])('refuses %s', async (_, changed) => {
    await expect(connect(changed())).rejects.toThrow(DestinationUnusableError);
  });
});

/** A certificate that signs others, in PEM. */
function makeAuthority(directory: string, name: string): string {
  openssl(directory, `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${name} -keyout ${name}.key -out ${name}.crt`);
  return readFileSync(join(directory, `${name}.crt`), 'utf8');
}

function makeServerCertificate(directory: string, host: string): void {
  writeFileSync(join(directory, 'extensions'), `subjectAltName=DNS:${host}`);
  openssl(directory, `req -newkey rsa:2048 -nodes -subj /CN=${host} -keyout server.key -out server.csr`);
  openssl(
    directory,
    'x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 -extfile extensions -out server.crt',
  );
  if (process.getuid?.() === 0) chownSync(join(directory, 'server.key'), 65_534, 65_534);
}

function openssl(directory: string, args: string): void {
  const { status, stderr } = spawnSync('openssl', args.split(' '), { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
