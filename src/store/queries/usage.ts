import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

/** What changed about the use of one credential; times in milliseconds since the epoch. */
export interface CredentialUse {
  readonly credentialId: number;
  readonly used: { readonly at: number; readonly address: string; readonly userAgent: string; readonly endpoint: string } | undefined;
  readonly denied: { readonly at: number; readonly reason: string } | undefined;
  /** Each address and agent once. */
  readonly clients: readonly { readonly address: string; readonly userAgent: string; readonly uses: number; readonly at: number }[];
}

/** Writes the last use, the last denied use, or both, and adds the uses of each client to those of its day. */
export async function updateLastUse(tx: Kysely<Tables>, { credentialId, used, denied, clients }: CredentialUse): Promise<void> {
  if (used !== undefined || denied !== undefined) {
    await tx
      .updateTable('credential')
      .set({
        ...(used && {
          last_used_at: used.at,
          last_used_address: used.address,
          last_used_agent: used.userAgent,
          last_used_endpoint: used.endpoint,
        }),
        ...(denied && { last_denied_at: denied.at, last_denied_reason: denied.reason }),
      })
      .where('id', '=', credentialId)
      .execute();
  }
  if (clients.length === 0) return;
  await tx
    .insertInto('credential_use')
    .values(
      clients.map(({ address, userAgent, uses, at }) => ({
        credential_id: credentialId,
        day: dayOf(at),
        address,
        agent: userAgent,
        uses,
        last_at: at,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['credential_id', 'day', 'address', 'agent']).doUpdateSet((eb) => ({
        uses: eb('credential_use.uses', '+', eb.ref('excluded.uses')),
        last_at: eb.ref('excluded.last_at'),
      })),
    )
    .execute();
}

/** UTC days since the epoch. */
export function dayOf(ms: number): number {
  return Math.floor(ms / 86_400_000);
}

/** The uses of a credential by one client on one day since a day, newest day first. */
export function listCredentialUses(
  db: Kysely<Tables>,
  credentialId: number,
  sinceDay: number,
): Promise<Selectable<Tables['credential_use']>[]> {
  return db
    .selectFrom('credential_use')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .where('day', '>=', sinceDay)
    .orderBy('day', 'desc')
    .execute();
}

/** Deletes the uses before a day of at most `limit` credentials and returns how many rows went. */
export async function deleteOldUses(tx: Kysely<Tables>, options: { beforeDay: number; limit: number }): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('credential_use')
    .where('day', '<', options.beforeDay)
    .where('credential_id', 'in', (eb) =>
      eb.selectFrom('credential_use').select('credential_id').distinct().where('day', '<', options.beforeDay).limit(options.limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Adds rows loaded on a UTC day. */
export async function addRowUsage(tx: Kysely<Tables>, usage: { sourceId: number; day: number; rows: number }): Promise<void> {
  const { sourceId, day, rows } = usage;
  await tx
    .insertInto('row_usage')
    .values({ source_id: sourceId, day, rows })
    .onConflict((conflict) =>
      conflict.columns(['source_id', 'day']).doUpdateSet((eb) => ({ rows: eb('row_usage.rows', '+', eb.ref('excluded.rows')) })),
    )
    .execute();
}

/** Rows loaded per source and day by an account's sources, deleted ones included, since a day. */
export function listRowUsage(
  db: Kysely<Tables>,
  accountId: number,
  sinceDay: number,
): Promise<(Selectable<Tables['row_usage']> & { display_name: string })[]> {
  return db
    .selectFrom('row_usage')
    .innerJoin('connection_source', 'connection_source.id', 'row_usage.source_id')
    .select(['row_usage.source_id', 'row_usage.day', 'row_usage.rows', 'connection_source.display_name'])
    .where('connection_source.account_id', '=', accountId)
    .where('row_usage.day', '>=', sinceDay)
    .orderBy('row_usage.day')
    .execute();
}
