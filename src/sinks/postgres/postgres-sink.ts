import { DestinationUnusableError } from '../errors.ts';
import type { LoadPlan, LoadResult, Sink } from '../sink.ts';
import { withDefaults } from './config.ts';
import type { PostgresOptions } from './config.ts';
import { createDatabase } from './connect.ts';
import { describeSchema } from './describe.ts';
import { isLost } from './failures.ts';
import { findLedgerEntry, lockLedger } from './ledger.ts';
import { runLoad } from './load.ts';
import { explainLocks } from './locks.ts';
import { postgresSheet } from './sheet.ts';
import { run, selectText } from './sql.ts';
import { listStoredRejects, markStoredRejects } from './stored-rejects.ts';
import { createSystemTables, hasLedgerTables } from './system-tables.ts';

/** A sink on one PostgreSQL database. Calls may overlap. */
export function createPostgresSink(options: PostgresOptions): Sink {
  const config = withDefaults(options);
  const database = createDatabase(config);
  /** A check takes a few short statements; a destination that does not answer them is not waited for as a load would. */
  const checkLimitMs = 3 * config.connectTimeoutMs;

  const readLedger: Sink['readLedger'] = (key) =>
    database.use(async (client) => {
      if (!(await hasLedgerTables(client))) return undefined;
      await run(client, 'BEGIN');
      await lockLedger(client, key);
      const entry = await findLedgerEntry(client, key);
      await run(client, 'COMMIT');
      return entry;
    });

  async function load(plan: LoadPlan, mayCommit?: () => void): Promise<LoadResult> {
    let uncertain: LoadResult | undefined;
    const beforeCommit = (result: LoadResult): void => {
      mayCommit?.();
      uncertain = result;
    };
    try {
      return await database.use((client) => runLoad(client, plan, config, beforeCommit));
    } catch (error) {
      if (uncertain === undefined || !isLost(error)) throw await explainLocks(database, plan, error);
      // A COMMIT whose answer was lost may have committed: the ledger knows.
      const entry = await readLedger(plan.ledger.key).catch(() => undefined);
      if (entry?.loadId === plan.loadId && entry.position === plan.ledger.position) return uncertain;
      throw error;
    }
  }

  return {
    sheet: postgresSheet,
    ddlInTransaction: true,
    check: () =>
      database.use(async (client) => {
        await run(client, 'BEGIN READ WRITE');
        await createSystemTables(client);
        await run(client, 'COMMIT');
        const [row] = await selectText(
          client,
          `SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')::text, pg_catalog.current_database(), current_user`,
        );
        const [allowed, name, user] = row ?? [];
        if (allowed === 'true') return;
        throw new DestinationUnusableError(`User ${user} may not create schemas in database ${name}: grant it CREATE on the database.`);
      }, checkLimitMs),
    describe: (schema, root) => database.use((client) => describeSchema(client, schema, root)),
    readLedger,
    load,
    listRejects: (query) => database.use((client) => listStoredRejects(client, query)),
    markRejects: (change) => database.use((client) => markStoredRejects(client, change)),
    close: () => database.close(),
  };
}
