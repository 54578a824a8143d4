/** The store's suites on every engine: SQLite in a directory, and real PostgreSQL servers with a database for each place. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/database.ts';
import type { Store } from '../../src/store/database.ts';
import { openPostgresStore, type PostgresStoreOptions } from '../../src/store/postgres-store.ts';
import { postgresVersions, startPostgres, type PostgresServer } from './postgres-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface StoreEngine {
  readonly kind: 'sqlite' | 'postgres';
  /** Somewhere a store can be opened again and again. */
  newPlace(): Promise<StorePlace>;
  /** An open store in a place of its own, closed when the running test has finished. */
  temporaryStore(): Promise<Store>;
}

export interface StorePlace {
  /** Directory or database; undefined for the other engine. */
  readonly path: string | undefined;
  readonly url: string | undefined;
  /** What is opened is closed at the latest when the running test has finished. */
  open(options?: Partial<PostgresStoreOptions>): Promise<Store>;
}

/** Runs a suite once per engine. */
export function describeStores(name: string, suite: (engine: StoreEngine) => void): void {
  describe(`${name}, on SQLite`, () => suite(createEngine('sqlite', sqlitePlace)));
  describe.each(postgresVersions)(`${name}, on PostgreSQL %i`, (version) => {
    const databases = usePostgres({ version });
    suite(createEngine('postgres', async () => postgresPlace(await databases.newStore())));
  });
}

/** A PostgreSQL for the suite around the call; `newStore` makes a database that is migrated already, `newDatabase` an empty one. */
export function usePostgres(options: Parameters<typeof startPostgres>[0] = {}): {
  server(): PostgresServer;
  newStore(): Promise<string>;
  newDatabase(): Promise<string>;
} {
  let server: PostgresServer | undefined;
  let made = 0;
  const running = (): PostgresServer => {
    if (server === undefined) throw new Error('PostgreSQL runs only while tests do.');
    return server;
  };
  const newName = (): string => `test_${(made += 1)}`;
  beforeAll(async () => {
    server = await startPostgres(options);
    await (await openPostgresStore({ url: await server.createDatabase('migrated') })).close();
  });
  afterAll(() => server?.stop());
  return {
    server: running,
    newDatabase: () => running().createDatabase(newName()),
    async newStore() {
      const name = newName();
      await running().query(`create database ${name} template migrated`);
      return running().url(name);
    },
  };
}

/** A place in a directory of its own. */
async function sqlitePlace(): Promise<StorePlace> {
  const path = join(temporaryDirectory(), 'store.db');
  return { path, url: undefined, open: () => closedAtTheEnd(openStore({ path })) };
}

/** A place in a database. */
export function postgresPlace(url: string): StorePlace {
  return { path: undefined, url, open: (options = {}) => closedAtTheEnd(openPostgresStore({ url, ...options })) };
}

async function closedAtTheEnd(opening: Promise<Store>): Promise<Store> {
  const store = await opening;
  onTestFinished(() => store.close());
  return store;
}

function createEngine(kind: StoreEngine['kind'], newPlace: () => Promise<StorePlace>): StoreEngine {
  return { kind, newPlace, temporaryStore: async () => (await newPlace()).open() };
}
