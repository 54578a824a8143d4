import { listCreatedCredentials, listCreatedDestinations, listCreatedSources } from '../../store/queries/created-by.ts';
import { dayOf, listCredentialUses } from '../../store/queries/usage.ts';
import type { DomainContext } from '../context.ts';
import type { CredentialRow } from './find.ts';
import { listMakers } from './makers.ts';

/** Uses by one client. */
interface RecentUse {
  readonly address: string;
  readonly agent: string;
  readonly uses: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

/** Something a credential made and that is not deleted. */
interface CreatedThing {
  readonly kind: 'source' | 'import_token' | 'destination' | 'api_key';
  readonly id: number;
  readonly name: string;
  /** Enabled, not paused. */
  readonly live: boolean;
}

/** What taking a credential away would concern. */
export interface CredentialReach {
  /** Of the last 30 days, newest first. */
  readonly recentUses: readonly RecentUse[];
  readonly created: readonly CreatedThing[];
}

const recentMs = 30 * 86_400_000;

/** Who uses a credential and what its holder created. */
export async function readCredentialReach(ctx: DomainContext, row: CredentialRow): Promise<CredentialReach> {
  const { read } = ctx.store;
  const makers = await listMakers(read, row);
  const [days, sources, destinations, credentials] = await Promise.all([
    listCredentialUses(read, row.id, dayOf(ctx.now() - recentMs)),
    ofAll(makers, (id) => listCreatedSources(read, id)),
    ofAll(makers, (id) => listCreatedDestinations(read, id)),
    ofAll(makers, (id) => listCreatedCredentials(read, id)),
  ]);
  const clients = new Map<string, RecentUse>();
  for (const { address, agent, uses, last_at } of days) {
    const key = JSON.stringify([address, agent]);
    const known = clients.get(key);
    clients.set(key, { address, agent, uses: uses + (known?.uses ?? 0), lastAt: Math.max(last_at, known?.lastAt ?? 0) });
  }
  return {
    recentUses: [...clients.values()].toSorted((one, other) => other.lastAt - one.lastAt),
    created: [
      ...sources.map(({ id, display_name: name, paused_at }) => ({ kind: 'source' as const, id, name, live: paused_at === null })),
      ...credentials.flatMap(({ id, kind, last4, description, state, source_name: source }) =>
        kind === 'partner_key'
          ? []
          : [
              {
                kind,
                id,
                name: [kind === 'api_key' ? description : (source ?? ''), `…${last4}`].join(' ').trim(),
                live: state === 'enabled',
              },
            ],
      ),
      ...destinations.map(({ id, display_name: name, paused_at }) => ({
        kind: 'destination' as const,
        id,
        name,
        live: paused_at === null,
      })),
    ],
  };
}

async function ofAll<T>(ids: readonly number[], list: (id: number) => Promise<readonly T[]>): Promise<T[]> {
  return (await Promise.all(ids.map(list))).flat();
}
