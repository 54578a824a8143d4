import { afterAll, beforeAll, describe } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import { postgresVersions, startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { createRandom } from '../../../tests/support/random.ts';
import { describeSink } from '../../../tests/support/sink-conformance.ts';
import type { SinkUnderTest } from '../../../tests/support/sink-fixture.ts';
import { stepByStep } from '../../../tests/support/step-by-step-sink.ts';
import { withDefaults } from './config.ts';
import { createDatabase } from './connect.ts';
import { applyDdl } from './ddl.ts';
import type { TablePlace } from './names.ts';
import { createSystemTables } from './system-tables.ts';
import { storedNameOf } from './versions.ts';

describe.each(postgresVersions)('version %i', (version) => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres({ version })), 60_000);
  afterAll(() => server.stop());

  describeSink(`PostgreSQL ${version}`, () => openPostgres(server));
  // Steps are the same on every version, and the suite takes its time.
  if (version !== postgresVersions.at(-1)) return;
  const random = createRandom(5);
  describeSink(`PostgreSQL ${version} that commits at each step and dies between them`, async () =>
    stepByStep(await openPostgres(server), random),
  );
});

async function openPostgres(server: PostgresServer): Promise<SinkUnderTest> {
  const destination = await createDestination(server);
  return {
    sink: destination.sink,
    async applyDdl(schema, steps, waiting) {
      const database = createDatabase(withDefaults(destination.options));
      const placeOf = (table: string): TablePlace =>
        waiting === undefined
          ? { schema, table }
          : { schema: '_thimble', table: storedNameOf(schema, waiting.root, waiting.version, table) };
      const target = { schema, timestamps: 'without-zone', placeOf } as const;
      if (waiting !== undefined) await database.use(createSystemTables);
      for (const step of steps) {
        await database.use(async (client) => {
          await client.query('BEGIN');
          await applyDdl(client, target, [step]);
          await client.query('COMMIT');
        });
      }
      await database.close();
    },
    readTable: destination.readTable,
    dispose: destination.dispose,
  };
}
