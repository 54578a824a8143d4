/** Seeded kill -9 rounds while batches, pushes and Transit pushes arrive and load: nothing acknowledged is lost, nothing is doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { createPushedLog, pushUntil } from '../support/acknowledged-pusher.ts';
import { expectAcknowledged } from '../support/expect-acknowledged.ts';
import { readFaultFlags } from '../support/fault-flags.ts';
import { createRandom } from '../support/random.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTestSource } from '../support/test-app.ts';
import { waitUntilLoaded } from '../support/wait-until-loaded.ts';

const { rounds, seed } = readFaultFlags({ rounds: 6 });
const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-kill-'));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

it(
  `loses and doubles nothing over ${rounds} kills at random moments of mixed traffic (seed ${seed})`,
  async () => {
    const random = createRandom(seed);
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    const log = createPushedLog();
    let lastMark = 0;
    let server = await startServerProcess({ dataDirectory });
    const source = await createTestSource({ operator, url: server.url });

    for (let round = 0; round < rounds; round += 1) {
      const stopped = new AbortController();
      const pushers = Array.from({ length: 3 }, () =>
        pushUntil(stopped.signal, {
          url: server.url,
          token: source.token,
          accountId: source.accountId,
          size: 1 + Math.floor(random() * 50),
          nextMark: () => (lastMark += 1),
          log,
        }),
      );
      // The moment of death is the seeded part; it falls into accepting, committing, loading or acknowledging.
      await delay(100 + random() * 1500);
      await server.end('SIGKILL');
      stopped.abort();
      await Promise.all(pushers);
      server = await startServerProcess({ dataDirectory });
    }
    await waitUntilLoaded(operator);

    const select = async (sql: string): Promise<Record<string, unknown>[]> => {
      const { rows } = await operator.call('POST', '/query', { sql });
      return Array.isArray(rows) ? rows : [];
    };
    const keyed = await select('SELECT id, mark, _sdc_sequence::VARCHAR AS sequence FROM shop.keyed');
    const appended = await select('SELECT mark, _sdc_sequence::VARCHAR AS sequence FROM shop.appended');
    for (const [turn, requests] of Object.entries(log.requests))
      expect(requests, `acknowledged requests by ${turn}`).toBeGreaterThan(rounds);
    const numbers = (rows: readonly Record<string, unknown>[]): { id: number; mark: number; sequence: string }[] =>
      rows.map(({ id, mark, sequence }) => ({ id: Number(id), mark: Number(mark), sequence: String(sequence) }));
    expectAcknowledged(log, { keyed: numbers(keyed), appended: numbers(appended) });

    for (const [table, rows] of Object.entries({ keyed, appended })) {
      const [tags] = await select(`SELECT count(*) AS n FROM shop.${table}__tags`);
      expect(Number(tags?.['n']), `elements of ${table}`).toBe(rows.length * 2);
    }
    expect(await server.end('SIGTERM')).toBe(0);
  },
  60_000 + rounds * 15_000,
);
