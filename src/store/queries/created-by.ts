import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';
import type { CustomEmailRow } from './custom-email.ts';
import type { HookRow } from './hook.ts';

type Created = Pick<Selectable<Tables['connection_source']>, 'id' | 'display_name' | 'paused_at'>;

/** Sources a credential created that are not deleted. */
export function listCreatedSources(db: Kysely<Tables>, credentialId: number): Promise<Created[]> {
  return db
    .selectFrom('connection_source')
    .select(['id', 'display_name', 'paused_at'])
    .where('created_by_credential', '=', credentialId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** Destinations a credential created that are not deleted. */
export function listCreatedDestinations(db: Kysely<Tables>, credentialId: number): Promise<Created[]> {
  return db
    .selectFrom('connection_destination')
    .select(['id', 'display_name', 'paused_at'])
    .where('created_by_credential', '=', credentialId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** Credentials a credential created that are not deleted, with the name of their source. */
export function listCreatedCredentials(
  db: Kysely<Tables>,
  credentialId: number,
): Promise<
  (Pick<Selectable<Tables['credential']>, 'id' | 'kind' | 'last4' | 'description' | 'state' | 'in_url'> & { source_name: string | null })[]
> {
  return db
    .selectFrom('credential')
    .leftJoin('connection_source', 'connection_source.id', 'credential.source_id')
    .select([
      'credential.id',
      'credential.kind',
      'credential.last4',
      'credential.description',
      'credential.state',
      'credential.in_url',
      'connection_source.display_name as source_name',
    ])
    .where('credential.created_by_credential', '=', credentialId)
    .where('credential.state', '!=', 'deleted')
    .orderBy('credential.id')
    .execute();
}

/** Hooks a credential created. */
export function listCreatedHooks(db: Kysely<Tables>, credentialId: number): Promise<HookRow[]> {
  return db.selectFrom('hook').selectAll().where('created_by_credential', '=', credentialId).orderBy('id').execute();
}

/** Custom notification addresses a credential created. */
export function listCreatedEmails(db: Kysely<Tables>, credentialId: number): Promise<CustomEmailRow[]> {
  return db.selectFrom('custom_email').selectAll().where('created_by_credential', '=', credentialId).orderBy('id').execute();
}
