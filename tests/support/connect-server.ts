/** The Connect API and the notifications API on a real server and a real control plane, with an account, its key and a second account. */
import { isIP } from 'node:net';
import { onTestFinished } from 'vitest';
import { createAttempts } from '../../src/access/attempts.ts';
import { createApiKey } from '../../src/domain/api-key/create.ts';
import type { CreatedCredential } from '../../src/domain/api-key/insert.ts';
import { connectApi, connectApiV3 } from '../../src/http/connect-api/plugin.ts';
import { notificationsApi } from '../../src/http/notifications-api/plugin.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createEgress } from '../../src/lib/egress.ts';
import { testPeople } from './test-people.ts';
import { createControlPlane, type ControlPlane } from './control-plane.ts';

/** The gate of a public server; of names it knows one that is public and one that is not. */
const egress = createEgress({ privateAllowed: false, allowed: [] }, async (host) => {
  const known: Readonly<Record<string, string>> = { 'hook.example.test': '93.184.215.14', 'inside.example.test': '10.0.0.8' };
  const address = isIP(host) === 0 ? known[host] : host;
  if (address === undefined) throw new Error(`The host ${host} cannot be resolved.`);
  return [{ address }];
});

interface ConnectReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface ConnectServer {
  readonly plane: ControlPlane;
  readonly url: URL;
  readonly accountId: number;
  readonly destinationId: number;
  readonly key: CreatedCredential;
  readonly foreign: { readonly accountId: number; readonly destinationId: number; readonly key: CreatedCredential };
  readonly logged: string[];
  /** JSON in, JSON out; `authorization` defaults to the account's key, '' sends none. Text bodies go out as they are. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ConnectReply>;
}

export async function createConnectServer(): Promise<ConnectServer> {
  const plane = await createControlPlane();
  const people = testPeople({ attempts: createAttempts({ now: plane.parts.now }), region: { name: 'Europe', detail: 'eu-central-1' } });
  const logged: string[] = [];
  const note = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { error: note, warn: note };
  const server = await createHttpServer({
    surfaces: [
      connectApi({ parts: plane.parts, verifier: plane.registry, log }),
      connectApiV3({ parts: plane.parts, people, verifier: plane.registry, log }),
      notificationsApi({ parts: plane.parts, verifier: plane.registry, log, egress }),
    ],
    publicUrl: undefined,
    trustedProxies: [],
    health: () => undefined,
    log,
  });
  onTestFinished(() => server.close());
  const url = await server.listen('127.0.0.1', 0);
  const { accountId, destinationId } = await plane.account();
  const key = await createApiKey(plane.operator, { accountId, description: 'tests' });
  const other = await plane.account();
  const foreign = { ...other, key: await createApiKey(plane.operator, { accountId: other.accountId, description: 'other' }) };
  return {
    plane,
    url,
    accountId,
    destinationId,
    key,
    foreign,
    logged,
    async call(method, path, body, headers = {}) {
      const all: Record<string, string> = {
        authorization: `Bearer ${key.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      if (all['authorization'] === '') delete all['authorization'];
      const payload = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
      const response = await fetch(new URL(path, url), {
        method,
        headers: all,
        ...(payload === undefined ? {} : { body: payload as NonNullable<RequestInit['body']> }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
  };
}
