import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { startConnectionCheck } from '../../store/queries/connection-check.ts';
import type { Tables } from '../../store/tables.ts';

/** Begins a check of a connection in the transaction that asks for it; it is run after the commit. Resolves with its job name. */
export async function beginCheck(tx: Transaction<Tables>, connection: { id: number; accountId: number; now: number }): Promise<string> {
  const name = `${connection.accountId}.${connection.id}.check.${randomUUID()}`;
  await startConnectionCheck(tx, { connectionId: connection.id, name, startedAt: connection.now });
  return name;
}
