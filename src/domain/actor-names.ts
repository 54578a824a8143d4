import type { Kysely } from 'kysely';
import { listCredentialNames, listMemberEmails, listPartnerNames } from '../store/queries/actor-names.ts';
import type { Tables } from '../store/tables.ts';

/** What people read instead of `member:7`. */
export interface ActorNames {
  /** The actor of an audit row or of `state_changed_by`. */
  of(actor: string): string;
}

const fixed: Readonly<Record<string, string>> = { operator: 'Operator', system: 'Thimble' };

/** Reads the names of actors: e-mail addresses of members, the last four of keys, names of partners. */
export async function readActorNames(db: Kysely<Tables>, actors: readonly string[]): Promise<ActorNames> {
  const ids = (kind: string): number[] => [
    ...new Set(actors.flatMap((actor) => (actor.startsWith(`${kind}:`) ? [Number(actor.slice(kind.length + 1))] : []))),
  ];
  const [members, credentials, partners] = await Promise.all([
    listMemberEmails(db, ids('member')),
    listCredentialNames(db, ids('api_key')),
    listPartnerNames(db, ids('partner')),
  ]);
  const names = new Map<string, string>([
    ...members.map(({ id, email }) => [`member:${id}`, email] as const),
    ...credentials.map(({ id, last4, partner }) => [`api_key:${id}`, partner ?? `API key …${last4}`] as const),
    ...partners.map(({ id, name }) => [`partner:${id}`, name] as const),
  ]);
  return { of: (actor) => fixed[actor] ?? names.get(actor) ?? actor };
}
