import { DatabaseError } from 'pg';
import { TransientError } from '../errors.ts';
import type { LoadPlan } from '../sink.ts';
import type { Database } from './connect.ts';
import { selectText } from './sql.ts';

/** Names at most this many sessions. */
const maxNamed = 3;

/** A failure to get a lock says who holds what is in the way, as far as it can still be found; any other failure stays as it is. */
export async function explainLocks(database: Database, plan: LoadPlan, error: unknown): Promise<unknown> {
  if (!(error instanceof TransientError) || !(error.cause instanceof DatabaseError) || error.cause.code !== '55P03') return error;
  const holders = await database.use((client) => listHolders(client, plan)).catch(() => []);
  if (holders.length === 0) return error;
  return new TransientError(`${error.message}: held by ${holders.join(', ')}`, { cause: error.cause });
}

async function listHolders(client: Parameters<typeof selectText>[0], plan: LoadPlan): Promise<string[]> {
  const tables = [...new Set([...plan.tables, ...plan.ddl].flatMap((each) => ('table' in each ? [each.table] : [])))];
  const rows = await selectText(
    client,
    `SELECT DISTINCT a.pid::text, a.usename, a.application_name, c.relname, pg_catalog.date_trunc('second', pg_catalog.now() - a.xact_start)::text
       FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.granted AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND n.nspname = $1 AND c.relname = ANY ($2) AND l.pid <> pg_catalog.pg_backend_pid() LIMIT ${maxNamed}`,
    [plan.schema, tables],
  );
  return rows.map(([pid, user, application, table, age]) => {
    const who = [`user ${user}`, ...(application ? [application] : []), ...(age ? [`in a transaction for ${age}`] : [])];
    return `process ${pid} on ${table} (${who.join(', ')})`;
  });
}
