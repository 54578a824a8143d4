import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { ignoreSessionErrors } from '../lib/postgres.ts';
import { StoreOutcomeUnknownError, StoreUnavailableError } from './errors.ts';
import type { NodeLock } from './node-lock.ts';
import { advisoryKeys, nodeLockHeldSql } from './node-lock-sql.ts';
import type { TransactionEnds } from './postgres-dialect.ts';

/** Creates what a transaction leaves behind as proof that it committed: for each store its last transaction. */
export const createWitnessSql = 'create table if not exists write_witness (instance text primary key, last_transaction text not null)';

export interface WriteTurnsOptions {
  /** For finding out, on a session of its own, how a commit ended whose connection was cut. */
  readonly session: ClientConfig;
  /** The lock that makes this process the only node; without it nothing is written. */
  readonly node: Pick<NodeLock, 'pid' | 'isHeld'> | undefined;
  /** How long an unknown outcome is looked for. */
  readonly findOutcomeMs: number;
  /** The outcome stayed unknown: memory and store may differ, and the process should end. */
  readonly onLost: (error: Error) => void;
}

const retryMs = 100;
/** A server that has lost its lock must end soon: it looks no longer than this. */
const lastLookMs = 3_000;

/**
 * Write transactions, one at a time over all sessions of the database: the first statement takes a lock that the end of the transaction
 * frees, after which readers see what it changed. Everything built on "the only write transaction of the moment" rests on it (ADR 21).
 */
export function createWriteTurns({ session, node, findOutcomeMs, onLost }: WriteTurnsOptions): TransactionEnds {
  const instance = randomUUID();
  const { write } = advisoryKeys;
  const lockSql = `select pg_advisory_xact_lock(${write[0]}, ${write[1]})`;
  let transaction = '';
  let lost: Error | undefined;

  function requireNode(held: boolean): void {
    if (lost !== undefined) throw lost;
    if (!held) throw new StoreUnavailableError('This server has lost its lock on the database: another one may have taken over.');
  }

  /** Waits for the session that was cut to end its transaction, by taking the lock it holds. */
  async function findOutcome(): Promise<'committed' | 'rolled back'> {
    const client = new Client(session);
    ignoreSessionErrors(client);
    try {
      await client.connect();
      await client.query(`begin; ${lockSql}`);
      const { rows } = await client.query('select last_transaction from write_witness where instance = $1', [instance]);
      return rows[0]?.last_transaction === transaction ? 'committed' : 'rolled back';
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function settle(cause: Error): Promise<void> {
    const beganAt = performance.now();
    const isOver = (): boolean =>
      performance.now() - beganAt >= (node?.isHeld() === false ? Math.min(lastLookMs, findOutcomeMs) : findOutcomeMs);
    for (;;) {
      const outcome = await findOutcome().catch(() => undefined);
      if (outcome === 'committed') return;
      if (outcome === 'rolled back') throw cause;
      if (isOver()) break;
      await delay(retryMs);
    }
    lost = new StoreOutcomeUnknownError(
      'The connection to the control store was cut in a commit: it is not known whether the change is stored.',
    );
    onLost(lost);
    throw lost;
  }

  return {
    async begin(connection) {
      requireNode(node?.isHeld() ?? true);
      transaction = randomUUID();
      const [row] = await connection.run(
        `begin; ${lockSql};
         insert into write_witness values ('${instance}', '${transaction}')
           on conflict (instance) do update set last_transaction = excluded.last_transaction;
         select ${node === undefined ? 'true' : nodeLockHeldSql(node.pid)} as held`,
      );
      requireNode(row?.['held'] === true);
    },
    async commit(connection) {
      try {
        await connection.run('commit');
      } catch (error) {
        if (!connection.isLost() || !(error instanceof Error)) throw error;
        await settle(error);
      }
    },
  };
}
