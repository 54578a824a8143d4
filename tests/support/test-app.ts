/** The whole system in this process, on port 0 and a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnectClient } from '../../client/connect-api.ts';
import { createApp, type App } from '../../src/app.ts';
import { connectOperator, type OperatorClient } from '../../src/cli/operator-client.ts';
import { readConfig, type Config } from '../../src/config/config.ts';

export interface TestApp {
  readonly app: App;
  readonly url: URL;
  /** Where to make the first account; undefined when there is one. */
  readonly setupUrl: string | undefined;
  readonly dataDirectory: string;
  readonly operator: OperatorClient;
  /** Rows of a SELECT on the embedded warehouse of the only account, or of `accountId`. */
  query(sql: string, accountId?: number): Promise<Record<string, unknown>[]>;
  /** Ends the server and starts another on the same directory. */
  restart(): Promise<TestApp>;
  stop(): Promise<void>;
}

export interface TestAppOptions {
  readonly dataDirectory?: string;
  /** PostgreSQL for control store and buffer; files of the data directory when it is not given. */
  readonly databaseUrl?: string;
  readonly configure?: (config: Config) => Config;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'thimble-test-'));
  const { databaseUrl } = options;
  const config: Config = { ...readConfig({ data: dataDirectory, port: '0' }), databaseUrl, logLevel: 'silent' };
  const app = await createApp(options.configure?.(config) ?? config);
  const { url, setupUrl } = await app.start();
  const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
  return {
    app,
    url,
    setupUrl,
    dataDirectory,
    operator,
    async query(sql, accountId) {
      const { rows } = await operator.call('POST', '/query', { sql, ...(accountId === undefined ? {} : { account_id: accountId }) });
      return Array.isArray(rows) ? rows : [];
    },
    async restart() {
      await app.stop();
      return startTestApp({ ...options, dataDirectory });
    },
    async stop() {
      await app.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

export interface TestSource {
  readonly accountId: number;
  readonly apiKey: string;
  readonly sourceId: number;
  readonly schema: string;
  readonly token: string;
  readonly tokenId: number;
}

/** An account with an API key, a source and an import token. */
export async function createTestSource({ operator, url }: Pick<TestApp, 'operator' | 'url'>, displayName = 'Shop'): Promise<TestSource> {
  const { account_id: accountId } = await operator.call('POST', '/accounts', {
    company: 'Acme',
    email: `ann+${Math.trunc(performance.now() * 1e6)}@example.com`,
    name: 'Ann',
    plan: 'premium',
  });
  const { api_key: apiKey } = await operator.call('POST', `/accounts/${Number(accountId)}/api-keys`, { description: 'tests' });
  const connect = createConnectClient({ baseUrl: url, apiKey: String(apiKey) });
  const source = await connect.call('createSource', { body: { type: 'import_api', display_name: displayName } });
  const token = await connect.call('createToken', { params: { source_id: source.id } });
  return {
    accountId: Number(accountId),
    apiKey: String(apiKey),
    sourceId: source.id,
    schema: source.name,
    token: token.access_token,
    tokenId: token.id,
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** One request; the body is sent as given, or as JSON when it is not text or bytes. */
export async function send(
  url: URL,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const { token, body, headers } = options;
  const payload = toPayload(body);
  const response = await fetch(new URL(path, url), {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function toPayload(body: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined || typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
