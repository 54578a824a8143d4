import type { Transaction } from 'kysely';
import type { Sealer } from '../../access/seal.ts';
import { deleteConnectionSecrets, putConnectionSecret } from '../../store/queries/connection-secret.ts';
import type { Tables } from '../../store/tables.ts';
import type { PropertyPatch } from './properties.ts';

/** Seals submitted credentials for this connection, or forgets those that are cleared. */
export async function storeSecrets(
  sealer: Sealer,
  tx: Transaction<Tables>,
  connection: { readonly kind: 'source' | 'destination'; readonly id: number },
  secret: PropertyPatch['secret'],
): Promise<void> {
  for (const [property, value] of Object.entries(secret)) {
    if (value === null) await deleteConnectionSecrets(tx, connection.id, property);
    else {
      const sealed = sealer.seal({ ...connection, property }, value);
      await putConnectionSecret(tx, { connectionId: connection.id, property, sealed });
    }
  }
}
