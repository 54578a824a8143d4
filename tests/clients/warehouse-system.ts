/** A server in a process of its own with one source, for clients that know nothing but its URL and a token. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectOperator, type OperatorClient } from '../../src/cli/operator-client.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTestSource, send, type TestSource } from '../support/test-app.ts';
import { waitUntilLoaded } from '../support/wait-until-loaded.ts';

export interface WarehouseSystem {
  readonly url: URL;
  readonly dataDirectory: string;
  readonly operator: OperatorClient;
  readonly source: TestSource;
  /** Rows of a SELECT, once everything accepted so far is loaded. */
  select(sql: string): Promise<Record<string, unknown>[]>;
  /** A token of the same source that is revoked again. */
  revokedToken(): Promise<string>;
  stop(): Promise<void>;
}

export async function startWarehouseSystem(): Promise<WarehouseSystem> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-clients-'));
  const server = await startServerProcess({ dataDirectory });
  const { url } = server;
  const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
  const source = await createTestSource({ operator, url });
  return {
    url,
    dataDirectory,
    operator,
    source,
    async select(sql) {
      await waitUntilLoaded(operator);
      const { rows } = await operator.call('POST', '/query', { sql });
      return Array.isArray(rows) ? rows : [];
    },
    async revokedToken() {
      const path = `/v4/sources/${source.sourceId}/tokens`;
      const { id, access_token: token } = (await send(url, 'POST', path, { token: source.apiKey })).body as {
        id: number;
        access_token: string;
      };
      await send(url, 'DELETE', `${path}/${id}`, { token: source.apiKey });
      return token;
    },
    async stop() {
      await server.end('SIGTERM');
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
