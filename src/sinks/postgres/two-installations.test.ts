import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { postgresVersions, startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { createSchema, firstItems } from '../../../tests/support/sink-fixture.ts';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { TableInput } from '../../../tests/support/sink-plans.ts';
import type { LoadPlan, Sink } from '../sink.ts';
import { createPostgresSink } from './postgres-sink.ts';

const rounds = Array.from({ length: 12 }, (_, round) => `t${round}`);

/** A load of its own installation, with its own row. */
function planOf(table: string, id: number, mode: LoadPlan['mode']): LoadPlan {
  const columns: TableInput['columns'] = [...firstItems.columns, [`of_${id}`, 'string']];
  const input: TableInput = {
    ...firstItems,
    table,
    columns,
    rows: [[BigInt(id), 'x', 1n, 'mine']],
    keyColumns: mode === 'append' ? [] : ['id'],
  };
  const all = { ...input, columns: [...firstItems.columns, ['of_1', 'string'], ['of_2', 'string']] as const };
  const plan = loadPlan({ mode, ddl: [createTable(all)], tables: [input], expected: undefined, position: 1 });
  return { ...plan, ledger: { ...plan.ledger, key: { ...plan.ledger.key, incarnation: `installation ${id}` } } };
}

describe.each(postgresVersions)('two installations on PostgreSQL %i that load the same new table at once', (version) => {
  let server: PostgresServer;
  let destination: PostgresDestination;
  let other: Sink;
  beforeAll(async () => {
    server = await startPostgres({ version });
    destination = await createDestination(server);
    other = createPostgresSink({ ...destination.options, lockTimeoutMs: 60_000 });
    await destination.sink.load(loadPlan({ ddl: [createSchema], expected: undefined, position: 1 }));
  }, 60_000);
  afterAll(async () => {
    await other.close();
    await destination.dispose();
    await server.stop();
  });

  it.each(['upsert', 'append'] as const)('make it once, and both get their rows in (%s)', async (mode) => {
    const mine = createPostgresSink({ ...destination.options, lockTimeoutMs: 60_000 });
    try {
      for (const round of rounds) {
        const table = `${mode}_${round}`;
        await Promise.all([mine.load(planOf(table, 1, mode)), other.load(planOf(table, 2, mode))]);
        expect((await destination.readTable('shop', table))?.map(({ id }) => id).toSorted()).toEqual(['1', '2']);
      }
    } finally {
      await mine.close();
    }
  });
});
