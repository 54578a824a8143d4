import type { Store } from '../../store/database.ts';
import { findDestination } from '../../store/queries/destination.ts';
import { findSourceOfAnyAccount, listSourcesAbove, type SourceRow } from '../../store/queries/source.ts';
import type { LoadingSettings } from './loading-settings.ts';
import { readLoadingSettings } from './loading-settings.ts';
import { warehouseOf, type Warehouse } from '../destination/warehouse.ts';

/** Where the records of a source go. */
interface Route {
  readonly accountId: number;
  readonly sourceId: number;
  /** Destination schema. */
  readonly schema: string;
  /** How often the source was given another destination. */
  readonly binding: number;
  readonly destination: Warehouse;
  readonly settings: LoadingSettings;
}

export interface RouteTable {
  /** Reads every route; once, before loading begins. */
  load(): Promise<void>;
  /** Reads the routes of changed sources again. Never rejects: what cannot be read is forgotten and read at the next `find`. */
  refresh(sourceIds: readonly number[]): Promise<void>;
  /**
   * The route of a source in any state, without I/O: what was accepted before a pause or a deletion still loads (architecture, choices).
   * Undefined while the source is unknown or has no destination; its data is kept.
   */
  find(sourceId: number): Route | undefined;
}

const pageRows = 500;

/** The loader's view of sources and destinations, kept in memory because it is asked at every step of the loop. */
export function createRouteTable(options: { store: Store; warehouseDirectory: string }): RouteTable {
  const { store, warehouseDirectory } = options;
  /** Undefined: the source exists and has no destination. */
  const routes = new Map<number, Route | undefined>();
  const reading = new Set<number>();
  let reads: Promise<void> = Promise.resolve();

  async function routeOf(source: SourceRow): Promise<Route | undefined> {
    if (source.destination_id === null) return undefined;
    const row = await findDestination(store.read, source.account_id, source.destination_id);
    const destination = row === undefined ? undefined : warehouseOf(row, warehouseDirectory);
    return destination === undefined
      ? undefined
      : {
          accountId: source.account_id,
          sourceId: source.id,
          schema: source.name,
          binding: 0,
          destination,
          settings: readLoadingSettings(source.properties),
        };
  }

  /** One after the other, so that the latest read wins. Never rejects. */
  function read(sourceId: number): Promise<void> {
    reads = reads.then(() => readNow(sourceId));
    return reads;
  }

  async function readNow(sourceId: number): Promise<void> {
    try {
      const source = await findSourceOfAnyAccount(store.read, sourceId);
      if (source === undefined) routes.delete(sourceId);
      else routes.set(sourceId, await routeOf(source));
    } catch {
      routes.delete(sourceId);
    }
  }

  return {
    async load() {
      for (let above = 0; ;) {
        const page = await listSourcesAbove(store.read, above, pageRows);
        for (const source of page) routes.set(source.id, await routeOf(source));
        const last = page.at(-1);
        if (last === undefined || page.length < pageRows) return;
        above = last.id;
      }
    },
    async refresh(sourceIds) {
      for (const sourceId of sourceIds) await read(sourceId);
    },
    find(sourceId) {
      if (!routes.has(sourceId) && !reading.has(sourceId)) {
        reading.add(sourceId);
        void read(sourceId).finally(() => reading.delete(sourceId));
      }
      return routes.get(sourceId);
    },
  };
}
