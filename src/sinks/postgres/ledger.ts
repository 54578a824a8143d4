import type { Client } from 'pg';
import { LedgerMismatchError } from '../errors.ts';
import type { LedgerEntry, LedgerKey, LedgerReport, LoadPlan, LoadResult } from '../sink.ts';
import { digestOf } from './names.ts';
import { run, selectText } from './sql.ts';

const ledger = '_thimble.ledger';
const whereKey = 'WHERE incarnation = $1 AND source_id = $2 AND binding = $3 AND root_digest = $4';

/** The definition of the ledger (ADR 5). The root's name stands for itself as a digest, because it may be too long for an index. */
export const createLedger = `CREATE TABLE IF NOT EXISTS ${ledger} (
  incarnation text NOT NULL, source_id bigint NOT NULL, binding bigint NOT NULL, root_digest text NOT NULL, root text NOT NULL,
  position bigint NOT NULL, load_id text NOT NULL, report text NOT NULL, batched_at timestamp without time zone NOT NULL,
  PRIMARY KEY (incarnation, source_id, binding, root_digest))`;

/**
 * Waits until no other transaction loads this stream. A load whose COMMIT was cut off may still be committing on the server: only behind
 * this lock does the ledger say how it ended. Held until the transaction ends.
 */
export async function lockLedger(client: Client, key: LedgerKey): Promise<void> {
  const digest = BigInt(`0x${digestOf(['thimble ledger', ...keyParameters(key)].join('\n'), 16)}`);
  await run(client, 'SELECT pg_catalog.pg_advisory_xact_lock($1)', [String(BigInt.asIntN(64, digest))]);
}

/** The ledger's row, or undefined when nothing of this stream was ever loaded here. */
export async function findLedgerEntry(client: Client, key: LedgerKey): Promise<LedgerEntry | undefined> {
  const sql = `SELECT position, load_id, report, (extract(epoch FROM batched_at) * 1000)::bigint FROM ${ledger} ${whereKey}`;
  const [row] = await selectText(client, sql, keyParameters(key));
  if (row === undefined) return undefined;
  const [position, loadId, report, batchedAt] = row;
  return {
    position: Number(position),
    loadId: loadId ?? '',
    report: JSON.parse(report ?? '') as LedgerReport,
    batchedAt: Number(batchedAt),
  };
}

/** Throws `LedgerMismatchError` unless the ledger is where the plan expects it, before anything is sent for nothing. */
export async function expectLedger(client: Client, { ledger: { key, expected } }: LoadPlan): Promise<void> {
  const stored = await findLedgerEntry(client, key);
  if (stored?.position !== expected) throw mismatch(key, stored, expected);
}

/** Moves the ledger from the expected position to the new one, or throws `LedgerMismatchError`; the caller rolls back. */
export async function advanceLedger(client: Client, plan: LoadPlan, result: LoadResult): Promise<void> {
  const { key, expected, position } = plan.ledger;
  const batchedAt = new Date(plan.batchedAt).toISOString();
  const parameters = [...keyParameters(key), String(position), plan.loadId, JSON.stringify(reportOf(plan, result)), batchedAt];
  const changed =
    expected === undefined
      ? await run(
          client,
          `INSERT INTO ${ledger} (incarnation, source_id, binding, root_digest, position, load_id, report, batched_at, root)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
          [...parameters, key.root],
        )
      : await run(client, `UPDATE ${ledger} SET position = $5, load_id = $6, report = $7, batched_at = $8 ${whereKey} AND position = $9`, [
          ...parameters,
          String(expected),
        ]);
  if (changed !== 1) throw mismatch(key, await findLedgerEntry(client, key), expected);
}

function mismatch(key: LedgerKey, stored: LedgerEntry | undefined, expected: number | undefined): LedgerMismatchError {
  return new LedgerMismatchError(
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

function keyParameters(key: LedgerKey): string[] {
  return [key.incarnation, String(key.sourceId), String(key.binding), digestOf(key.root, 64)];
}
