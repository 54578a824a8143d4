import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

interface Named {
  readonly id: number;
  readonly display_name: string;
}

/** Display names of sources in any state. */
export async function listSourceNames(db: Kysely<Tables>, ids: readonly number[]): Promise<Named[]> {
  return ids.length === 0 ? [] : db.selectFrom('connection_source').select(['id', 'display_name']).where('id', 'in', ids).execute();
}

/** Display names of destinations in any state. */
export async function listDestinationNames(db: Kysely<Tables>, ids: readonly number[]): Promise<Named[]> {
  return ids.length === 0 ? [] : db.selectFrom('connection_destination').select(['id', 'display_name']).where('id', 'in', ids).execute();
}
