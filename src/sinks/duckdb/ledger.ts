import type { DuckDBConnection } from '@duckdb/node-api';
import { LedgerMismatchError } from '../errors.ts';
import type { LedgerEntry, LedgerKey, LoadPlan, LoadResult } from '../sink.ts';
import { run, selectText } from './sql.ts';

const ledger = '_thimble.ledger';
const whereKey = 'WHERE incarnation = $1 AND source_id = $2 AND root = $3';

/** The definition of the ledger (ADR 5): one row per buffer incarnation, source and root table. */
export const createLedger = `CREATE TABLE IF NOT EXISTS ${ledger} (
  incarnation VARCHAR NOT NULL, source_id BIGINT NOT NULL, root VARCHAR NOT NULL, position BIGINT NOT NULL, load_id VARCHAR NOT NULL,
  received BIGINT NOT NULL, rejected BIGINT NOT NULL, replaced_surrogates BIGINT NOT NULL, loaded VARCHAR NOT NULL,
  batched_at TIMESTAMP NOT NULL, PRIMARY KEY (incarnation, source_id, root))`;

/** The ledger's row, or undefined when nothing of this stream was ever loaded here. */
export async function findLedgerEntry(connection: DuckDBConnection, key: LedgerKey): Promise<LedgerEntry | undefined> {
  const columns = ['position', 'load_id', 'received', 'rejected', 'replaced_surrogates', 'loaded', 'epoch_ms(batched_at)'];
  const sql = `SELECT ${columns.map((column) => `${column}::VARCHAR`).join(', ')} FROM ${ledger} ${whereKey}`;
  const [row] = await selectText(connection, sql, keyParameters(key));
  if (row === undefined) return undefined;
  const [position, loadId, received, rejected, replacedSurrogates, loaded, batchedAt] = row;
  return {
    position: Number(position),
    loadId: loadId ?? '',
    counts: { received: Number(received), rejected: Number(rejected), replacedSurrogates: Number(replacedSurrogates) },
    loaded: JSON.parse(loaded ?? '{}') as Record<string, number>,
    batchedAt: Number(batchedAt),
  };
}

/** Moves the ledger from the expected position to the new one, or throws `LedgerMismatchError`; the caller rolls back. */
export async function advanceLedger(connection: DuckDBConnection, plan: LoadPlan, result: LoadResult): Promise<void> {
  const { key, expected, position, counts } = plan.ledger;
  const values = [position, counts.received, counts.rejected, counts.replacedSurrogates, plan.batchedAt].map((value) => BigInt(value));
  const parameters = [...keyParameters(key), ...values, plan.loadId, JSON.stringify(result.loaded)];
  const changed =
    expected === undefined
      ? await run(
          connection,
          `INSERT INTO ${ledger} (incarnation, source_id, root, position, received, rejected, replaced_surrogates, batched_at, load_id, loaded)
           SELECT $1, $2, $3, $4, $5, $6, $7, epoch_ms($8), $9, $10 WHERE NOT EXISTS (FROM ${ledger} ${whereKey})`,
          parameters,
        )
      : await run(
          connection,
          `UPDATE ${ledger} SET position = $4, received = $5, rejected = $6, replaced_surrogates = $7, batched_at = epoch_ms($8), load_id = $9,
           loaded = $10 ${whereKey} AND position = $11`,
          [...parameters, BigInt(expected)],
        );
  if (changed === 1) return;
  const stored = await findLedgerEntry(connection, key);
  throw new LedgerMismatchError(
    `The ledger of ${key.root} (source ${key.sourceId}) is at ${stored?.position ?? 'no position'}, expected ${expected ?? 'no position'}.`,
  );
}

function keyParameters(key: LedgerKey): (string | bigint)[] {
  return [key.incarnation, BigInt(key.sourceId), key.root];
}
