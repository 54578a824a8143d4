import type { Client } from 'pg';
import type { LoadPlan } from '../sink.ts';
import { digestOf } from './names.ts';
import type { Parameter } from './sql.ts';
import { run, selectText } from './sql.ts';

/** The table of tombstones. */
export const tombstone = '_thimble.tombstone';
/** SQL for: tombstone `d` is one of the plan's root table; its parameters are `rootOf`. */
export const ofRoot = 'd.schema_name = $1 AND d.root_digest = $2';

/** The definition of the tombstones: for each deleted key of a root table the sequence of the record that deleted it. Digests fit an index. */
export const createTombstones = `CREATE TABLE IF NOT EXISTS ${tombstone} (
  schema_name text NOT NULL, root_digest text NOT NULL, key_digest bytea NOT NULL, sequence bigint NOT NULL,
  deleted_at timestamp without time zone NOT NULL, root text NOT NULL, PRIMARY KEY (schema_name, root_digest, key_digest))`;

/** For the search for those that are old enough to go. */
export const indexTombstones = `CREATE INDEX IF NOT EXISTS tombstone_age ON ${tombstone} (schema_name, root_digest, deleted_at)`;

/** Forgets every deletion of the plan's root table: its rows are others now. */
export async function forgetDeletes(client: Client, plan: LoadPlan): Promise<void> {
  await run(client, `DELETE FROM ${tombstone} d WHERE ${ofRoot}`, rootOf(plan));
}

/** Whether anything of the plan's root table was deleted lately. */
export async function hasTombstones(client: Client, plan: LoadPlan): Promise<boolean> {
  return (await selectText(client, `SELECT 1 FROM ${tombstone} d WHERE ${ofRoot} LIMIT 1`, rootOf(plan))).length > 0;
}

/** Schema, and the digest of the root's name: an index could not hold the name. */
export function rootOf({ schema, ledger }: LoadPlan): Parameter[] {
  return [schema, digestOf(ledger.key.root, 64)];
}
