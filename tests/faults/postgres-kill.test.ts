/**
 * Kills of the server and of PostgreSQL, and cut connections, at random moments of loads: nothing acknowledged is lost, nothing is
 * doubled, and a reader sees whole versions only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { createPushedLog, pushUntil } from '../support/acknowledged-pusher.ts';
import { startCuttingProxy, type Verdict } from '../support/cutting-proxy.ts';
import { expectAcknowledged } from '../support/expect-acknowledged.ts';
import { readFaultFlags } from '../support/fault-flags.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { createRandom } from '../support/random.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTestSource, send } from '../support/test-app.ts';
import { createVersionPusher, rowsOfVersion, tagsPerRow } from '../support/version-pusher.ts';
import { startVersionReader } from '../support/version-reader.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';

const faults = [
  'kill the server',
  'lose the answer of a COMMIT',
  'kill PostgreSQL',
  'end our sessions',
  'deliver a COMMIT late',
  'cut anywhere',
] as const;
const { rounds, seed, versions } = readFaultFlags({ rounds: faults.length });

/** Strikes the COMMIT of a load of the append-only table, where a repeat would double rows or stop the table; loads come one at a time. */
function atCommit(verdict: Verdict): (bytes: Buffer) => Verdict {
  let appends = false;
  return (bytes) => {
    appends ||= bytes.includes('"appended"');
    return appends && bytes.includes('COMMIT') ? verdict : 'pass';
  };
}

describe.each(versions)('a destination on PostgreSQL %i', (version) => {
  it(
    `loses, doubles and half-shows nothing over ${rounds} faults at random moments of loads (seed ${seed})`,
    { timeout: 120_000 + rounds * 20_000 },
    async () => {
      const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-pg-kill-'));
      onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
      const postgres = await startPostgres({ version });
      onTestFinished(() => postgres.stop());
      await postgres.createDatabase('shop');
      await postgres.query('CREATE ROLE loader LOGIN');
      await postgres.query('GRANT CREATE ON DATABASE shop TO loader');
      const proxy = await startCuttingProxy(postgres.port);

      const random = createRandom(seed + version);
      const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
      let server = await startServerProcess({ dataDirectory });
      onTestFinished(() => void server.end('SIGKILL'));
      const { token, accountId, apiKey, sourceId } = await createTestSource({ operator, url: server.url });
      const properties = { host: '127.0.0.1', port: proxy.port, database: 'shop', username: 'loader', password: 'pw', ssl: false };
      const destination = { type: 'postgres', properties: { ...properties, encryption_type: 'none' } };
      const created = await send(server.url, 'POST', '/v4/destinations', { token: apiKey, body: destination });
      const body = { destination_id: (created.body as { id: number }).id };
      expect((await send(server.url, 'PUT', `/v4/sources/${sourceId}`, { token: apiKey, body })).status).toBe(200);

      const log = createPushedLog();
      const versions = createVersionPusher();
      let lastMark = 0;
      function startPushing({ url }: ServerProcess): { stop(): Promise<void> } {
        const stopped = new AbortController();
        const size = 1 + Math.floor(random() * 40);
        const keep = { url, token, accountId, size, nextMark: () => (lastMark += 1), log };
        const pushers = [
          pushUntil(stopped.signal, keep),
          versions.pushUntil(stopped.signal, { url, token, latestSeen: () => reader.latest }),
        ];
        return {
          async stop() {
            stopped.abort();
            await Promise.all(pushers);
          },
        };
      }

      /** Grows with every load that committed. */
      async function loadedPositions(): Promise<number> {
        const [row] = await postgres.query('SELECT coalesce(sum(position), 0)::bigint AS sum FROM _thimble.ledger', 'shop').catch(() => []);
        return Number(row?.['sum'] ?? 0);
      }

      /** Lets the loader go on from the fault before, so that the next one meets loads and not a back-off. */
      async function untilLoading(): Promise<void> {
        const before = await loadedPositions();
        await operator.call('POST', '/loads/retry', {});
        await waitFor(async () => (await loadedPositions()) > before, 120_000);
      }

      async function cut(pick: (bytes: Buffer) => Verdict): Promise<void> {
        const struck = Promise.withResolvers<void>();
        proxy.judge = (bytes) => {
          const verdict = pick(bytes);
          if (verdict === 'pass') return verdict;
          proxy.judge = () => 'pass';
          struck.resolve();
          return verdict;
        };
        await struck.promise;
        await delay(random() * 300);
        // What was late comes while the loader tries again; a target that is gone never answers.
        void proxy.deliverLate().catch(() => undefined);
      }

      const reader = startVersionReader(postgres.url('shop'));
      let pushing = startPushing(server);
      for (let round = 0; round < rounds; round += 1) {
        await untilLoading();
        // The moment is the seeded part; it falls into staging, merging, swapping, committing or acknowledging.
        await delay(random() * 800);
        switch (faults[round % faults.length]) {
          case 'kill the server':
            await server.end('SIGKILL');
            await pushing.stop();
            server = await startServerProcess({ dataDirectory });
            pushing = startPushing(server);
            break;
          case 'lose the answer of a COMMIT':
            await cut(atCommit('cut after'));
            break;
          case 'deliver a COMMIT late':
            await cut(atCommit('late'));
            break;
          case 'kill PostgreSQL':
            await postgres.kill();
            await delay(random() * 300);
            await postgres.start();
            break;
          case 'end our sessions':
            await postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'loader'`);
            break;
          case 'cut anywhere': {
            let left = Math.floor(random() * 60);
            const verdict = random() < 0.5 ? 'cut' : 'cut after';
            await cut(() => (left-- > 0 ? 'pass' : verdict));
            break;
          }
          case undefined:
            throw new RangeError('There is no such fault.');
        }
      }
      await untilLoading();
      await pushing.stop();
      const last = await versions.finish({ url: server.url, token });
      await operator.call('POST', '/loads/retry', {});
      await waitUntilLoaded(operator, 60_000 + rounds * 2_000);
      await waitFor(() => reader.seen.has(last));
      await reader.stop();

      const select = (sql: string): Promise<Record<string, unknown>[]> => postgres.query(sql, 'shop');
      for (const [turn, requests] of Object.entries(log.requests)) expect(requests, `acknowledged requests by ${turn}`).toBeGreaterThan(0);
      const stored = async (table: string, columns: string): Promise<{ id: number; mark: number; sequence: string }[]> =>
        (await select(`SELECT ${columns}, _sdc_sequence::text AS sequence FROM shop.${table}`)).map(({ id, mark, sequence }) => ({
          id: Number(id),
          mark: Number(mark),
          sequence: String(sequence),
        }));
      const [keyed, appended] = [await stored('keyed', 'id, mark'), await stored('appended', 'mark')];
      expectAcknowledged(log, { keyed, appended });
      for (const [table, { length }] of Object.entries({ keyed, appended })) {
        const sql = `SELECT count(*)::int AS tags, count(DISTINCT (_sdc_sequence, _sdc_level_0_id))::int AS distinct FROM shop.${table}__tags`;
        expect(await select(sql), `elements of ${table}`).toEqual([{ tags: length * 2, distinct: length * 2 }]);
      }
      expect(await select('SELECT count(*)::int AS rows, min(version) AS least, max(version) AS greatest FROM shop.versioned')).toEqual([
        { rows: rowsOfVersion(last), least: String(last), greatest: String(last) },
      ]);
      expect(await select('SELECT count(*)::int AS tags FROM shop.versioned__tags')).toEqual([{ tags: rowsOfVersion(last) * tagsPerRow }]);
      expect(await select('SELECT * FROM _thimble.waiting_table')).toEqual([]);
      expect(
        await select(
          `SELECT tablename FROM pg_tables WHERE schemaname = '_thimble' AND tablename LIKE 'waiting\\_%' AND tablename <> 'waiting_table'`,
        ),
      ).toEqual([]);
      expect(await select('SELECT * FROM shop._sdc_rejected')).toEqual([]);
      expect(versions.activated).toBeGreaterThan(1);
      process.stdout.write(
        `PostgreSQL ${version}, ${rounds} faults: ${keyed.length} keyed and ${appended.length} append-only rows; ${versions.activated} versions, ${reader.seen.size} of them seen in ${reader.reads} reads\n`,
      );
      expect(await server.end('SIGTERM')).toBe(0);
    },
  );
});
