import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** The control-plane database (ADR 3). */
export interface Store {
  /** For queries outside a transaction; on SQLite a read-only connection that sees the last commit. */
  readonly read: Kysely<Tables>;
  /**
   * Runs `work` in the only write transaction of the moment; commits durably when it resolves, rolls back when it rejects.
   * `work` awaits only its own queries. Throws StoreUnavailableError when the store cannot commit now: nothing was changed. Throws
   * StoreOutcomeUnknownError when the connection was cut in the commit and nobody can say how it ended; that store is of no more use.
   */
  transaction<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Statements executed so far on any connection. */
  readonly statements: () => number;
  /** Waits for running transactions and closes every connection. */
  close(): Promise<void>;
}
