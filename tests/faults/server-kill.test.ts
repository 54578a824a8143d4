/** Seeded kill -9 rounds while pushing and loading: nothing acknowledged is lost, nothing is doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { createPushedLog, pushUntil } from '../support/acknowledged-pusher.ts';
import { createRandom } from '../support/random.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTestSource } from '../support/test-app.ts';
import { waitUntilLoaded } from '../support/wait-until-loaded.ts';

const rounds = Number(process.env['THIMBLE_FAULT_ROUNDS'] ?? '6');
const seed = Number(process.env['THIMBLE_FAULT_SEED'] ?? '20261121');
const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-kill-'));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

it(
  `loses and doubles nothing over ${rounds} kills at random moments (seed ${seed})`,
  async () => {
    const random = createRandom(seed);
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    const log = createPushedLog();
    let lastId = 0;
    let server = await startServerProcess({ dataDirectory });
    const source = await createTestSource({ operator, url: server.url });

    for (let round = 0; round < rounds; round += 1) {
      const stopped = new AbortController();
      const pushers = Array.from({ length: 3 }, () =>
        pushUntil(stopped.signal, {
          url: server.url,
          token: source.token,
          size: 1 + Math.floor(random() * 50),
          nextId: () => (lastId += 1),
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
    const keyed = await select('SELECT id, _sdc_sequence::VARCHAR AS sequence FROM shop.keyed');
    const appended = await select('SELECT mark FROM shop.appended');
    expect(log.keyed.size).toBeGreaterThan(rounds);
    expect(log.appended.size).toBeGreaterThan(rounds);

    const stored = new Map(keyed.map(({ id, sequence }) => [Number(id), BigInt(String(sequence))]));
    expect(stored.size, 'a key is stored twice').toBe(keyed.length);
    const lostKeys = [...log.keyed].filter(([id, sequence]) => (stored.get(id) ?? 0n) < sequence);
    expect(lostKeys, 'acknowledged keyed rows are missing').toEqual([]);

    const marks = appended.map(({ mark }) => Number(mark));
    const markSet = new Set(marks);
    expect(markSet.size, 'an append-only row is doubled').toBe(marks.length);
    const lostMarks = [...log.appended].filter((id) => !markSet.has(id));
    expect(lostMarks, 'acknowledged append-only rows are missing').toEqual([]);
    const inventedMarks = marks.filter((id) => !log.appended.has(id) && !log.unanswered.has(id));
    expect(inventedMarks, 'rows nobody sent').toEqual([]);

    const [tags] = await select('SELECT count(*) AS n FROM shop.appended__tags');
    expect(Number(tags?.['n'])).toBe(marks.length * 2);
    expect(await server.end('SIGTERM')).toBe(0);
  },
  60_000 + rounds * 15_000,
);
