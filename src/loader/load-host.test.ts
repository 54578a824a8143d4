import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { startPostgres, type PostgresServer } from '../../tests/support/postgres-server.ts';
import { waitFor } from '../../tests/support/wait-until-loaded.ts';
import { encodeBatch } from '../batch/encode.ts';
import {
  ConnectionLostError,
  CopyFailedError,
  DestinationHeldError,
  DestinationUnusableError,
  LedgerMismatchError,
  OutOfMemoryError,
  QueryFailedError,
  QueryLimitError,
  QueryRefusedError,
  TableStoppedError,
  TransientError,
} from '../sinks/errors.ts';
import type { LoadHost } from './load-host.ts';
import { createLoadHost } from './load-host.ts';
import type { LoadWindow } from './load-window.ts';
import { readError, writeError } from './thread-errors.ts';
import type { LoadDestination } from './thread-messages.ts';

let directory: string;
let host: LoadHost;
let destination: LoadDestination;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thimble-host-'));
  host = createLoadHost({ egress: { privateAllowed: true, allowed: [] } });
  destination = { id: 1, kind: 'duckdb', file: join(directory, 'warehouse.duckdb') };
});

afterEach(async () => {
  await host.close();
  await rm(directory, { recursive: true, force: true });
});

function windowOf(position: number, keyNames: readonly string[]): LoadWindow {
  const payload = encodeBatch(buildBatch({ table: 't', keyNames, messages: [{ sequence: 1n, data: { id: BigInt(position) } }] }));
  return {
    sourceId: 1,
    table: 't',
    schema: 's',
    incarnation: 'one',
    binding: 0,
    head: 100,
    acknowledged: 0,
    batches: [{ position, receivedAt: 0, payload }],
  };
}

/** A PostgreSQL of the test's own as destination 2. */
async function startRemote(): Promise<{ server: PostgresServer; remote: Extract<LoadDestination, { kind: 'postgres' }> }> {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  await server.createDatabase('warehouse');
  const { host: name, port } = server;
  const connection = { host: name, port, database: 'warehouse', user: 'postgres', password: '', tls: 'disable' } as const;
  return { server, remote: { id: 2, kind: 'postgres', connection } };
}

describe('a destination that is held', () => {
  it('gets nothing of a load that waited before its COMMIT, in PostgreSQL, and the load after it is whole', async () => {
    const { server, remote } = await startRemote();
    await host.loadWindow(remote, windowOf(1, ['id']));
    const owner = new Client({ connectionString: server.url('warehouse') });
    await owner.connect();
    onTestFinished(() => owner.end());
    await owner.query('BEGIN');
    await owner.query('LOCK TABLE s.t IN ACCESS EXCLUSIVE MODE');
    const load = host.loadWindow(remote, windowOf(2, ['id'])).catch((error: unknown) => error);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = 'warehouse' AND wait_event_type = 'Lock'`;
    await waitFor(async () => (await server.query(waits)).length > 0);
    host.hold(1);
    host.hold(2);
    await owner.query('COMMIT');
    await host.heldEnded([1, 2]);
    expect(await load).toBeInstanceOf(DestinationHeldError);
    expect(await server.query('SELECT id::int FROM s.t', 'warehouse')).toEqual([{ id: 1 }]);
    expect(await host.loadWindow(remote, windowOf(2, ['id']))).toMatchObject({ position: 2, loaded: { t: 1 }, repeated: false });
    expect(await server.query('SELECT id::int FROM s.t ORDER BY 1', 'warehouse')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('is not said to be quiet when the connection was lost during a COMMIT and nobody knows how that ended', async () => {
    const { server, remote } = await startRemote();
    await host.loadWindow(remote, windowOf(1, ['id']));
    await server.query(
      `CREATE FUNCTION s.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
       CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON s.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION s.wait()`,
      'warehouse',
    );
    const load = host.loadWindow(remote, windowOf(2, ['id'])).catch((error: unknown) => error);
    await waitFor(
      async () => (await server.query(`SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event = 'PgSleep'`)).length > 0,
    );
    host.hold(2);
    const quiet = host.heldEnded([2]).catch((error: unknown) => error);
    await server.stop();
    expect(await load).toBeInstanceOf(TransientError);
    expect(await quiet).toMatchObject({ message: 'Whether a load has committed is not known.' });
  });

  it('gets nothing of loads held as soon as they began, in an embedded warehouse', async () => {
    for (let position = 1; position <= 30; position += 1) {
      const load = host.loadWindow(destination, windowOf(position, [])).then(
        () => 'loaded',
        (error: unknown) => (error instanceof Error ? error.name : ''),
      );
      if (position > 1) await delay(position % 10);
      host.hold(1);
      await host.heldEnded([1]);
      const { json } = await host.query(
        destination,
        `SELECT count(*)::int AS rows FROM (SELECT 1 FROM duckdb_tables() WHERE schema_name = 's')`,
      );
      const tables = new TextDecoder().decode(json);
      const ended = await load;
      expect(['loaded', 'DestinationHeldError']).toContain(ended);
      if (position === 1) expect([ended, tables]).toEqual(['DestinationHeldError', '[{"rows":0}]']);
      if (ended !== 'loaded') await host.loadWindow(destination, windowOf(position, []));
    }
    const { json } = await host.query(destination, 'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM s.t');
    expect(new TextDecoder().decode(json)).toBe('[{"rows":30,"ids":30}]');
  });

  it('is loaded into again at once when it is released, also while what was asked of it before is still ending', async () => {
    await host.loadWindow(destination, windowOf(1, []));
    for (let position = 2; position <= 12; position += 1) {
      const question = host.query(destination, 'SELECT count(*) FROM range(200000000)').catch((error: unknown) => error);
      await delay(5);
      host.hold(1);
      void host.retain(1, undefined);
      expect(await host.loadWindow(destination, windowOf(position, []))).toMatchObject({ position, loaded: { t: 1 }, repeated: false });
      await question;
    }
    const { json } = await host.query(destination, 'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM s.t');
    expect(new TextDecoder().decode(json)).toBe('[{"rows":12,"ids":12}]');
  });

  it('gets nothing from the time it is held from', async () => {
    await expect(host.loadWindow(destination, windowOf(1, ['id']), Date.now())).rejects.toThrow(DestinationHeldError);
    await expect(stat(join(directory, 'warehouse.duckdb'))).rejects.toThrow('ENOENT');
    expect(await host.loadWindow(destination, windowOf(1, ['id']), Date.now() + 60_000)).toMatchObject({ loaded: { t: 1 } });
  });
});

describe('the load host', () => {
  it('loads into PostgreSQL, which it neither queries nor copies', async () => {
    const { server, remote } = await startRemote();
    expect(await host.loadWindow(remote, windowOf(1, ['id']))).toMatchObject({ position: 1, loaded: { t: 1 }, repeated: false });
    expect(await host.loadWindow(remote, windowOf(1, ['id']))).toMatchObject({ position: 1, repeated: true });
    expect(await server.query('SELECT id::int FROM s.t', 'warehouse')).toEqual([{ id: 1 }]);
    await expect(host.query(remote, 'SELECT 1')).rejects.toThrow(QueryRefusedError);
    await expect(host.copy(remote, join(directory, 'copy'))).rejects.toThrow(CopyFailedError);
    await expect(
      host.loadWindow({ ...remote, id: 3, connection: { ...remote.connection, database: 'nowhere' } }, windowOf(1, ['id'])),
    ).rejects.toThrow(DestinationUnusableError);
    await host.close();
  }, 60_000);

  it('closes the connections to a destination that was deleted or changed', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    await server.createDatabase('warehouse');
    await server.query(`CREATE ROLE other LOGIN SUPERUSER`);
    const connection = { host: server.host, port: server.port, database: 'warehouse', password: '', tls: 'disable' } as const;
    const remote = (id: number, user: string): LoadDestination => ({ id, kind: 'postgres', connection: { ...connection, user } });
    const users = async (): Promise<unknown[]> =>
      (await server.query(`SELECT usename FROM pg_stat_activity WHERE application_name = 'thimble' ORDER BY 1`)).map(
        ({ usename }) => usename,
      );
    await host.checkDestination(remote(2, 'postgres'));
    await host.checkDestination(remote(3, 'other'));
    expect(await users()).toEqual(['other', 'postgres']);
    await host.retain(2, remote(2, 'postgres'));
    await host.retain(3, remote(3, 'postgres'));
    await expect.poll(users).toEqual(['postgres']);
    await host.retain(2, undefined);
    await expect.poll(users).toEqual([]);
    await host.close();
  }, 60_000);

  it('loads, answers queries and copies in its thread', async () => {
    const window = windowOf(1, ['id']);
    const outcome = await host.loadWindow(destination, window);
    expect(outcome).toMatchObject({ position: 1, loaded: { t: 1 }, repeated: false });
    expect(window.batches[0]?.payload.length).toBe(0);
    const { json, rows } = await host.query(destination, 'SELECT id FROM s.t');
    expect([rows, new TextDecoder().decode(json)]).toEqual([1, '[{"id":1}]']);
    const copy = join(directory, 'copy.duckdb');
    const { bytes } = await host.copy(destination, copy);
    expect((await stat(copy)).size).toBe(bytes);
  });

  it('takes loads of one destination one after the other', async () => {
    const outcomes = await Promise.all([1, 2, 3].map((position) => host.loadWindow(destination, windowOf(position, ['id']))));
    expect(outcomes.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect((await host.query(destination, 'SELECT id FROM s.t')).rows).toBe(3);
  });

  it('keeps the kind of an error across the thread', async () => {
    await host.loadWindow(destination, windowOf(1, ['id']));
    await expect(host.loadWindow(destination, windowOf(2, []))).rejects.toThrow(TableStoppedError);
    await expect(host.loadWindow(destination, { ...windowOf(3, ['id']), head: 0 })).rejects.toThrow(LedgerMismatchError);
    await expect(host.query(destination, 'DROP TABLE s.t')).rejects.toThrow(QueryRefusedError);
    await expect(host.query(destination, 'SELECT nothing FROM nowhere')).rejects.toThrow(QueryFailedError);
    await expect(host.query(destination, 'SELECT id FROM s.t', { maxBytes: 3 })).rejects.toThrow(QueryLimitError);
  });

  it('reports a batch that cannot be read as a failure that keeps the batch', async () => {
    const broken = { ...windowOf(1, ['id']), batches: [{ position: 1, receivedAt: 0, payload: new Uint8Array([9, 9, 9]) }] };
    await expect(host.loadWindow(destination, broken)).rejects.toThrow(TransientError);
    await expect(host.loadWindow(destination, windowOf(2, ['id']))).resolves.toMatchObject({ position: 2 });
  });

  it('fails what is under way when its thread dies, and goes on with a new one', async () => {
    const mortal = createLoadHost({}, { module: new URL('../../tests/support/dying-loader-thread.ts', import.meta.url) });
    try {
      await mortal.loadWindow(destination, windowOf(1, ['id']));
      const deadly = mortal.loadWindow(destination, { ...windowOf(2, ['id']), table: 'deadly' });
      await expect(deadly).rejects.toThrow(new TransientError('The loader thread ended.'));
      await mortal.loadWindow(destination, windowOf(3, ['id']));
      expect((await mortal.query(destination, 'SELECT id FROM s.t')).rows).toBe(2);
    } finally {
      await mortal.close();
    }
  });

  describe('with a thread that hangs', () => {
    const module = new URL('../../tests/support/hanging-loader-thread.ts', import.meta.url);
    const hanging = (): LoadWindow => ({ ...windowOf(2, ['id']), table: 'hanging' });

    it('ends it, fails what is under way and goes on with a new one', async () => {
      const logged: string[] = [];
      const stuck: Error[] = [];
      const log = { error: (_: object, message: string): void => void logged.push(message) };
      const mended = createLoadHost({}, { module, hangMs: 6_000, closeMs: 100, log, onStuck: (error) => void stuck.push(error) });
      try {
        await mended.loadWindow(destination, windowOf(1, ['id']));
        const under = [mended.loadWindow(destination, hanging()), mended.loadWindow({ ...destination, id: 2 }, windowOf(1, ['id']))];
        const failed = await Promise.allSettled(under);
        expect(failed).toMatchObject([1, 2].map(() => ({ reason: new TransientError('The loader thread did not answer for 6 s.') })));
        await expect
          .poll(() => mended.loadWindow(destination, windowOf(3, ['id'])).then(({ position }) => position, String), { timeout: 20_000 })
          .toBe(3);
        expect((await mended.query(destination, 'SELECT id FROM s.t')).rows).toBe(2);
        expect(logged).toEqual(['the loader thread hangs and is started anew; what was under way is repeated']);
        expect(stuck).toEqual([]);
      } finally {
        await mended.close();
      }
    }, 60_000);

    it('closes nevertheless', async () => {
      const logged: string[] = [];
      const log = { error: (_: object, message: string): void => void logged.push(message) };
      const stubborn = createLoadHost({}, { module, closeMs: 100, log });
      await stubborn.loadWindow(destination, windowOf(1, ['id']));
      const under = stubborn.loadWindow(destination, hanging());
      const failed = expect(under).rejects.toThrow(TransientError);
      await stubborn.close();
      await failed;
      expect(logged).toEqual(['the loader thread is ended before it has finished']);
    }, 20_000);
  });

  it('refuses what comes after it was closed', async () => {
    await host.close();
    await expect(host.query(destination, 'SELECT 1 AS one')).rejects.toThrow(TransientError);
  });
});

describe('errors between threads', () => {
  it.each([
    new DestinationUnusableError('a'),
    new TableStoppedError('b'),
    new LedgerMismatchError('c'),
    new OutOfMemoryError('o'),
    new ConnectionLostError('l'),
    new TransientError('d'),
    new QueryLimitError('time', 'e'),
  ])('$name comes back as itself', (error) => {
    const back = readError(structuredClone(writeError(error)));
    expect(back).toBeInstanceOf(error.constructor);
    expect(back.message).toBe(error.message);
  });

  it('is cut where a destination words it longer than 2,000 characters', () => {
    const wordy = `${'x'.repeat(1998)}\u{1F600}${'y'.repeat(20_000)}`;
    for (const error of [new TableStoppedError(wordy), new QueryLimitError('time', wordy), wordy]) {
      const { message } = writeError(error);
      expect(message).toBe(`${'x'.repeat(1998)}\uFFFD…`);
    }
    expect(writeError(new Error('z'.repeat(2000))).message).toBe('z'.repeat(2000));
  });

  it('anything else comes back as transient, with its name', () => {
    expect(readError(writeError(new RangeError('bad')))).toMatchObject({ name: 'TransientError', message: 'RangeError: bad' });
  });
});
