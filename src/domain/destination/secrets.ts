import type { Transaction } from 'kysely';
import type { Sealer } from '../../access/seal.ts';
import { deleteConnectionSecrets, putConnectionSecret } from '../../store/queries/connection-secret.ts';
import type { Tables } from '../../store/tables.ts';
import type { PropertyPatch } from './properties.ts';

/** Seals submitted credentials for this destination, or forgets those that are cleared. */
export async function storeSecrets(
  sealer: Sealer,
  tx: Transaction<Tables>,
  destinationId: number,
  secret: PropertyPatch['secret'],
): Promise<void> {
  for (const [property, value] of Object.entries(secret)) {
    if (value === null) await deleteConnectionSecrets(tx, destinationId, property);
    else {
      const sealed = sealer.seal({ kind: 'destination', id: destinationId, property }, value);
      await putConnectionSecret(tx, { connectionId: destinationId, property, sealed });
    }
  }
}
