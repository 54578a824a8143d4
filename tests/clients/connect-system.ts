/** A server for clients of the Connect API, with what such a client cannot do itself. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { createConnectClient, type ConnectClient } from '../../client/connect-api.ts';
import { shopCatalog } from '../support/pulled-source.ts';
import { thimble } from '../support/thimble-command.ts';
import type { ClientSet } from './install.ts';
import { runClient } from './run-client.ts';
import { startWarehouseSystem, type WarehouseSystem } from './warehouse-system.ts';

export interface ConnectSystem extends WarehouseSystem {
  /** Our own client with the same key, to look at what another did. */
  readonly connect: ConnectClient;
  /** A source that is pulled, with all its form needs. */
  createPulledSource(displayName: string): Promise<number>;
  /** Gives a source the streams of a Singer catalog, as `thimble source discover` does. */
  discover(sourceId: number): Promise<void>;
  /** Selects the stream `orders` of that catalog, with which a source is configured. */
  selectOrders(sourceId: number): Promise<void>;
  /** Leaves a job that runs, as a running tap will leave it; what runs taps is not built. Returns its name. */
  leaveRunningJob(sourceId: number): string;
  /** Leaves a connection check that succeeded, as the first discovery of a tap will leave it. Returns its name. */
  leaveConnectionCheck(sourceId: number): string;
  /** Rows of the control store. */
  store(sql: string, ...values: readonly number[]): Record<string, unknown>[];
}

export const pulledSource = {
  type: 'platform.hp-postgres',
  properties: { host: 'db.example.test', port: 5432, user: 'reader', password: 'hunter2-secret', dbname: 'shop', ssl: false },
};

export async function startConnectSystem(): Promise<ConnectSystem> {
  const system = await startWarehouseSystem();
  const { dataDirectory, source } = system;
  const connect = createConnectClient({ baseUrl: system.url, apiKey: source.apiKey });
  const jobName = (sourceId: number, mode: string): string =>
    `${source.accountId}.${sourceId}.${mode}.5b1f5a3e-6c0d-4b55-8a4f-8d2f0a6f3e77`;
  function store(sql: string, ...values: readonly (number | string)[]): Record<string, unknown>[] {
    const database = new DatabaseSync(join(dataDirectory, 'store.db'), { timeout: 10_000 });
    try {
      return database.prepare(sql).all(...values);
    } finally {
      database.close();
    }
  }
  return {
    ...system,
    connect,
    store,
    async createPulledSource(displayName) {
      return (await connect.call('createSource', { body: { ...pulledSource, display_name: displayName } })).id;
    },
    async discover(sourceId) {
      const catalog = join(dataDirectory, 'catalog.json');
      writeFileSync(catalog, JSON.stringify(shopCatalog));
      const found = await thimble('source', 'discover', '--source', String(sourceId), '--data', dataDirectory, '--catalog', catalog);
      expect(found).toEqual({ code: 0, out: '3 streams were found, 3 of them new; 0 are gone.\n', err: '' });
    },
    async selectOrders(sourceId) {
      const streams = [{ tap_stream_id: 'shop-public-orders', metadata: [{ breadcrumb: [], metadata: { selected: true } }] }];
      await connect.call('writeStreamMetadata', { params: { source_id: sourceId }, body: { streams } });
    },
    leaveRunningJob(sourceId) {
      const name = jobName(sourceId, 'sync');
      store('INSERT INTO job (name, source_id, started_at) VALUES (?, ?, ?)', name, sourceId, Date.now());
      return name;
    },
    leaveConnectionCheck(sourceId) {
      const name = jobName(sourceId, 'check');
      const [startedAt, completedAt] = [Date.UTC(2031, 3, 2, 9), Date.UTC(2031, 3, 2, 9, 0, 7)];
      const values = [sourceId, name, startedAt, completedAt] as const;
      store('INSERT INTO connection_check (connection_id, name, started_at, completed_at) VALUES (?, ?, ?, ?)', ...values);
      return name;
    },
  };
}

/** Calls the programs of a file beside this one, each as a process: JSON goes in, and what it prints comes out. */
export function connectPrograms(
  { url, source, dataDirectory }: WarehouseSystem,
  set: ClientSet,
  file: string,
): (program: string, input?: unknown) => Promise<unknown> {
  const path = new URL(file, import.meta.url).pathname;
  // Prefect keeps a profile in the home directory, and would report its use.
  const env = { THIMBLE_URL: url.origin, THIMBLE_API_KEY: source.apiKey, HOME: dataDirectory, DO_NOT_TRACK: '1' };
  return async (program, input = null) => {
    const { exitCode, stdout, stderr } = await runClient('python', [path, program], { input: JSON.stringify(input), env, set });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout) as unknown;
  };
}
