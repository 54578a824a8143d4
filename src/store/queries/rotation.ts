import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** What the audit trail says an API key was before it was first rotated, as JSON; undefined for a key that never was. */
export async function findStateBeforeRotation(db: Kysely<Tables>, keyId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('audit')
    .select('before')
    .where('subject', '=', `api_key:${keyId}`)
    .where('verb', '=', 'api_key.rotate')
    .orderBy('seq')
    .executeTakeFirst();
  return row?.before ?? undefined;
}
