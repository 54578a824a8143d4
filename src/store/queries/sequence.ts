import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** Takes the next id of a sequence; only inside the transaction that inserts the row. Sources and destinations share `connection`. */
export async function nextId(
  tx: Kysely<Tables>,
  sequence: 'account' | 'member' | 'connection' | 'credential' | 'session' | 'invitation' | 'notification' | 'partner',
): Promise<number> {
  const row = await tx
    .updateTable('id_sequence')
    .set((eb) => ({ next: eb('next', '+', 1) }))
    .where('name', '=', sequence)
    .returning('next')
    .executeTakeFirstOrThrow();
  return row.next - 1;
}
