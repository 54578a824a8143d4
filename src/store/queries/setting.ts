import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** A fact of the installation; undefined while it has none of this name. */
export async function findSetting(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  return (await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Writes a fact, whether it was there or not. */
export async function putSetting(tx: Kysely<Tables>, name: string, value: string): Promise<void> {
  await tx
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
