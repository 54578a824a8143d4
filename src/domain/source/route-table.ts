import { SealBrokenError } from '../../access/seal.ts';
import type { Store } from '../../store/database.ts';
import { findDestinationOfAnyAccount } from '../../store/queries/destination.ts';
import { findSourceOfAnyAccount, listSourcesAbove, type SourceRow } from '../../store/queries/source.ts';
import { findHolding } from '../destination/hold.ts';
import type { DestinationOpener, OpenedDestination } from '../destination/open.ts';
import type { LoadingSettings } from './loading-settings.ts';
import { readLoadingSettings } from './loading-settings.ts';

/** Where the records of a source go. */
interface Route {
  readonly accountId: number;
  readonly sourceId: number;
  /** Destination schema. */
  readonly schema: string;
  /** How often the source was given another destination. */
  readonly binding: number;
  readonly destination: OpenedDestination;
  readonly settings: LoadingSettings;
}

export interface RouteTable {
  /** Reads every route; once, before loading begins. */
  load(): Promise<void>;
  /** Reads the routes of changed sources again. Never rejects: what cannot be read is forgotten and read at the next `find`. */
  refresh(sourceIds: readonly number[]): Promise<void>;
  /** The same for changed destinations, whatever sources load into them. */
  refreshDestinations(destinationIds: readonly number[]): Promise<void>;
  /** A destination as it was read last, without I/O; undefined when it was not, or cannot be loaded into now. */
  findDestination(destinationId: number): OpenedDestination | undefined;
  /** From when nothing may be loaded into a destination, without I/O: milliseconds since the epoch, 0 for one that is not known, else `Infinity`. */
  heldFrom(destinationId: number): number;
  /**
   * The route of a source in any state, without I/O: what was accepted before a pause or a deletion still loads (architecture, choices).
   * Undefined while the source is unknown, has no destination or one that is not complete or held; its data is kept.
   */
  find(sourceId: number): Route | undefined;
}

interface Target {
  /** Undefined: the destination cannot be loaded into. */
  readonly opened: OpenedDestination | undefined;
  readonly heldFrom: number;
}

type Bound = Omit<Route, 'destination'> & { readonly destinationId: number | null };

const pageRows = 500;

/** The loader's view of sources and destinations, kept in memory because it is asked at every step of the loop. */
export function createRouteTable(options: {
  store: Store;
  opener: DestinationOpener;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The credentials of a destination cannot be opened; its data is kept. */
  onUnreadable: (destinationId: number, error: Error) => void;
}): RouteTable {
  const { store, opener, now, onUnreadable } = options;
  const sources = new Map<number, Bound>();
  const destinations = new Map<number, Target>();
  const reading = new Set<string>();
  let reads: Promise<void> = Promise.resolve();

  /** One after the other, so that the latest read wins. */
  function inOrder(read: () => Promise<void>): Promise<void> {
    reads = reads.then(read);
    return reads;
  }

  /** Never rejects. */
  async function readSource(sourceId: number): Promise<void> {
    try {
      const source = await findSourceOfAnyAccount(store.read, sourceId);
      if (source === undefined) sources.delete(sourceId);
      else await keep(source);
    } catch {
      sources.delete(sourceId);
    }
  }

  async function keep(source: SourceRow): Promise<void> {
    const { id: sourceId, account_id: accountId, name: schema, destination_binding: binding, destination_id: destinationId } = source;
    if (destinationId !== null && !destinations.has(destinationId)) await readDestination(destinationId);
    sources.set(sourceId, { accountId, sourceId, schema, binding, settings: readLoadingSettings(source.properties), destinationId });
  }

  /** Never rejects. */
  async function readDestination(destinationId: number): Promise<void> {
    try {
      const row = await findDestinationOfAnyAccount(store.read, destinationId);
      const holding = row && (await findHolding(store.read, row));
      const opened = row && (await opener.open(store.read, row));
      destinations.set(destinationId, { opened, heldFrom: holding?.from ?? Infinity });
    } catch (error) {
      destinations.delete(destinationId);
      if (!(error instanceof SealBrokenError)) return;
      destinations.set(destinationId, { opened: undefined, heldFrom: 0 });
      onUnreadable(destinationId, error);
    }
  }

  function usable(destinationId: number): OpenedDestination | undefined {
    const target = destinations.get(destinationId);
    return target === undefined || target.heldFrom <= now() ? undefined : target.opened;
  }

  function readLater(key: string, read: () => Promise<void>): void {
    if (reading.has(key)) return;
    reading.add(key);
    void inOrder(read).finally(() => reading.delete(key));
  }

  return {
    async load() {
      for (let above = 0; ;) {
        const page = await listSourcesAbove(store.read, above, pageRows);
        for (const source of page) await keep(source);
        const last = page.at(-1);
        if (last === undefined || page.length < pageRows) return;
        above = last.id;
      }
    },
    async refresh(sourceIds) {
      for (const sourceId of sourceIds) await inOrder(() => readSource(sourceId));
    },
    async refreshDestinations(destinationIds) {
      for (const destinationId of destinationIds) await inOrder(() => readDestination(destinationId));
    },
    findDestination: usable,
    heldFrom: (destinationId) => destinations.get(destinationId)?.heldFrom ?? 0,
    find(sourceId) {
      const source = sources.get(sourceId);
      if (source === undefined) {
        readLater(`source ${sourceId}`, () => readSource(sourceId));
        return undefined;
      }
      const { destinationId, ...route } = source;
      if (destinationId === null) return undefined;
      if (!destinations.has(destinationId)) readLater(`destination ${destinationId}`, () => readDestination(destinationId));
      const destination = usable(destinationId);
      return destination && { ...route, destination };
    },
  };
}
