import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** How many API keys, enabled and disabled, act as each member of an account. */
export async function countKeysOfMembers(db: Kysely<Tables>, accountId: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('credential')
    .select((eb) => ['member_id', eb.fn.countAll<number | string>().as('count')])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'api_key')
    .where('state', '!=', 'deleted')
    .groupBy('member_id')
    .execute();
  return new Map(rows.flatMap(({ member_id: id, count }) => (id === null ? [] : [[id, Number(count)] as const])));
}
