import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import { createRandom } from '../../../tests/support/random.ts';
import { crashPlan, rowsPerLoad } from '../../../tests/support/sink-crash-plans.ts';
import { TransientError } from '../errors.ts';

const streams = ['keyed', 'appended'] as const;

it('holds exactly what the ledger says after the server was killed in the middle of loads', { timeout: 120_000 }, async () => {
  const server = await startPostgres();
  const destination = await createDestination(server);
  const random = createRandom(5);
  const { sink } = destination;
  const loaded = { keyed: 0, appended: 0 };

  /** Loads on and on until the server is gone. */
  async function loadUntilKilled(): Promise<void> {
    for (;;) {
      for (const stream of streams) {
        loaded[stream] = (await sink.readLedger(crashPlan(stream, 1).ledger.key))?.position ?? 0;
        await sink.load(crashPlan(stream, loaded[stream] + 1));
      }
    }
  }

  try {
    for (let round = 0; round < 6; round += 1) {
      const ended = expect(loadUntilKilled()).rejects.toThrow(TransientError);
      await delay(50 + random() * 500);
      await server.kill();
      await ended;
      await server.start();
      for (const stream of streams) {
        const position = (await sink.readLedger(crashPlan(stream, 1).ledger.key))?.position ?? 0;
        expect(position - loaded[stream]).toBeLessThanOrEqual(1);
        if (position === 0) continue;
        const [rows] = await destination.query(
          `SELECT count(*)::int AS rows, max(_sdc_sequence)::int AS newest, (SELECT count(*)::int FROM shop.${stream}__items) AS children,
                  (SELECT count(*)::int FROM shop._sdc_rejected WHERE table_name = '${stream}') AS rejects FROM shop.${stream}`,
        );
        // Half of the keyed rows of each load replace rows of the one before.
        const count = stream === 'keyed' ? (rowsPerLoad * (position + 1)) / 2 : rowsPerLoad * position;
        expect(rows).toEqual({ rows: count, newest: position, children: count, rejects: position });
      }
    }
    expect(loaded.keyed).toBeGreaterThan(0);
  } finally {
    await sink.close();
    await server.stop();
  }
});
