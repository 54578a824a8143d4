import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { credentialChange } from './credential-change.ts';
import type { Registry, RegistryChange } from './registry.ts';

export interface LoadRegistryOptions {
  readonly registry: Registry;
  readonly db: Kysely<Tables>;
  /** Whether accounts of a plan may use API keys. */
  readonly hasApiAccess: (plan: Tables['account']['plan']) => boolean;
  /** Key ids of the revoked log: they stay dead, whatever a restored store says. */
  readonly revoked: { has(keyId: string): boolean };
  readonly pageRows?: number;
}

/** Fills the registry from the store, page by page; returns the number of live credentials. Throws UnknownPepperError. */
export async function loadRegistry(options: LoadRegistryOptions): Promise<number> {
  const { registry, db, pageRows = 1000 } = options;
  await eachPage(pageRows, accountPage(options), (changes) => registry.apply(changes));
  await eachPage(pageRows, sourcePage(db), (changes) => registry.apply(changes));
  await eachPage(pageRows, partnerPage(db), (changes) => registry.apply(changes));
  return eachPage(pageRows, credentialPage(options), (changes) => registry.apply(changes));
}

/** Reads the rows above an id in the order of their ids. */
type ReadPage = (above: number, rows: number) => Promise<readonly { readonly id: number; readonly change: RegistryChange | undefined }[]>;

async function eachPage(pageRows: number, read: ReadPage, apply: (changes: RegistryChange[]) => void): Promise<number> {
  let applied = 0;
  for (let above = 0; ;) {
    const page = await read(above, pageRows);
    const changes = page.flatMap(({ change }) => (change === undefined ? [] : [change]));
    apply(changes);
    applied += changes.length;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return applied;
    above = last.id;
  }
}

function accountPage({ db, hasApiAccess }: LoadRegistryOptions): ReadPage {
  return async (above, rows) => {
    const page = await db
      .selectFrom('account')
      .select(['id', 'plan', 'held_at'])
      .where('id', '>', above)
      .orderBy('id')
      .limit(rows)
      .execute();
    return page.map(({ id, plan, held_at }) => ({
      id,
      change: { kind: 'account', accountId: id, held: held_at !== null, apiAccess: hasApiAccess(plan) },
    }));
  };
}

function sourcePage(db: Kysely<Tables>): ReadPage {
  return async (above, rows) => {
    const page = await db
      .selectFrom('connection_source')
      .select(['id', 'paused_at'])
      .where('id', '>', above)
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .limit(rows)
      .execute();
    return page.map(({ id, paused_at }) => ({
      id,
      change: { kind: 'source', sourceId: id, state: paused_at === null ? 'active' : 'inactive' },
    }));
  };
}

function partnerPage(db: Kysely<Tables>): ReadPage {
  return async (above, rows) => {
    const page = await db
      .selectFrom('partner')
      .select(['id', 'suspended_at', 'removed_at'])
      .where('id', '>', above)
      .orderBy('id')
      .limit(rows)
      .execute();
    return page.map(({ id, suspended_at, removed_at }) => ({
      id,
      change: { kind: 'partner', partnerId: id, active: suspended_at === null && removed_at === null },
    }));
  };
}

function credentialPage({ db, revoked }: LoadRegistryOptions): ReadPage {
  return async (above, rows) => {
    const page = await db
      .selectFrom('credential')
      .select([
        'id',
        'key_id',
        'kind',
        'account_id',
        'source_id',
        'member_id',
        'partner_id',
        'digest',
        'pepper_id',
        'state',
        'state_reason',
        'expires_at',
        'in_url',
      ])
      .where('id', '>', above)
      .where((eb) => eb.or([eb('state', '!=', 'deleted'), eb('state_reason', '=', 'source_deleted')]))
      .orderBy('id')
      .limit(rows)
      .execute();
    return page.map((row) => ({
      id: row.id,
      change: revoked.has(row.key_id) && row.state !== 'deleted' ? undefined : credentialChange(row),
    }));
  };
}
