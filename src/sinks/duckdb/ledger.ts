import type { DuckDBConnection } from '@duckdb/node-api';
import { LedgerMismatchError } from '../errors.ts';
import type { LedgerEntry, LedgerKey, LedgerReport, LoadPlan, LoadResult } from '../sink.ts';
import { run, selectText } from './sql.ts';

const ledger = '_thimble.ledger';
const whereKey = 'WHERE incarnation = $1 AND source_id = $2 AND binding = $3 AND root = $4';

/** The definition of the ledger (ADR 5): one row per buffer incarnation, source, its binding and root table. */
export const createLedger = `CREATE TABLE IF NOT EXISTS ${ledger} (
  incarnation VARCHAR NOT NULL, source_id BIGINT NOT NULL, binding BIGINT NOT NULL, root VARCHAR NOT NULL, position BIGINT NOT NULL,
  load_id VARCHAR NOT NULL, report VARCHAR NOT NULL, batched_at TIMESTAMP NOT NULL, PRIMARY KEY (incarnation, source_id, binding, root))`;

/** The ledger's row, or undefined when nothing of this stream was ever loaded here. */
export async function findLedgerEntry(connection: DuckDBConnection, key: LedgerKey): Promise<LedgerEntry | undefined> {
  const sql = `SELECT position::VARCHAR, load_id, report, epoch_ms(batched_at)::VARCHAR FROM ${ledger} ${whereKey}`;
  const [row] = await selectText(connection, sql, keyParameters(key));
  if (row === undefined) return undefined;
  const [position, loadId, report, batchedAt] = row;
  return {
    position: Number(position),
    loadId: loadId ?? '',
    report: JSON.parse(report ?? '') as LedgerReport,
    batchedAt: Number(batchedAt),
  };
}

/** Moves the ledger from the expected position to the new one, or throws `LedgerMismatchError`; the caller rolls back. */
export async function advanceLedger(connection: DuckDBConnection, plan: LoadPlan, result: LoadResult): Promise<void> {
  const { key, expected, position } = plan.ledger;
  const parameters = [...keyParameters(key), BigInt(position), plan.loadId, JSON.stringify(reportOf(plan, result)), BigInt(plan.batchedAt)];
  const changed =
    expected === undefined
      ? await run(
          connection,
          `INSERT INTO ${ledger} (incarnation, source_id, binding, root, position, load_id, report, batched_at)
           SELECT $1, $2, $3, $4, $5, $6, $7, epoch_ms($8) WHERE NOT EXISTS (FROM ${ledger} ${whereKey})`,
          parameters,
        )
      : await run(
          connection,
          `UPDATE ${ledger} SET position = $5, load_id = $6, report = $7, batched_at = epoch_ms($8) ${whereKey} AND position = $9`,
          [...parameters, BigInt(expected)],
        );
  if (changed === 1) return;
  const stored = await findLedgerEntry(connection, key);
  throw new LedgerMismatchError(
    `The ledger of ${key.root} (source ${key.sourceId}) is at ${stored?.position ?? 'no position'}, expected ${expected ?? 'no position'}.`,
  );
}

function reportOf({ ledger: { counts, bookmarks, facts }, activate }: LoadPlan, { loaded, superseded }: LoadResult): LedgerReport {
  return {
    counts: { ...counts, superseded: counts.superseded + superseded },
    loaded,
    bookmarks,
    newVersion: activate,
    ...(facts && { facts }),
  };
}

function keyParameters(key: LedgerKey): (string | bigint)[] {
  return [key.incarnation, BigInt(key.sourceId), BigInt(key.binding), key.root];
}
