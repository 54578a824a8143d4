/** Bad input at the operator's door: refused in its own shape, and nothing comes of it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operatorBodies, operatorStatuses } from '../../contract/operator-api.ts';
import { singerCatalog } from '../../contract/singer-catalog.ts';
import { findOperatorSocket } from '../../src/config/operator-socket.ts';
import { badBodiesFrom, exampleOf } from '../support/bad-bodies.ts';
import { badPaths, misfits, unreadable } from '../support/bad-values.ts';
import { compareDumps, createConnectWorld, dumpStore, type ConnectWorld } from '../support/connect-world.ts';

interface Reply {
  readonly status: number;
  readonly text: string;
}

const bodies = { ...operatorBodies, discover: singerCatalog } as const;
type BodyName = keyof typeof bodies;

let world: ConnectWorld;
beforeAll(async () => {
  world = await createConnectWorld();
});
afterAll(() => world.stop());

/** Where each body goes; a body without a place fails to compile. */
const places: Record<BodyName, (of: ConnectWorld) => string> = {
  createAccount: () => 'POST /accounts',
  setPlan: ({ own }) => `POST /accounts/${own.ids.client_id}/plan`,
  setHold: ({ own }) => `POST /accounts/${own.ids.client_id}/hold`,
  createPartner: () => 'POST /partners',
  rotatePartnerSecret: ({ partnerKeyId }) => `POST /partners/${partnerKeyId}/secret`,
  linkForMember: () => 'POST /members/links',
  createApiKey: ({ own }) => `POST /accounts/${own.ids.client_id}/api-keys`,
  deleteApiKey: () => 'DELETE /api-keys/1',
  createSource: ({ own }) => `POST /accounts/${own.ids.client_id}/sources`,
  query: () => 'POST /query',
  replayRejects: () => 'POST /rejects/replay',
  retryLoads: () => 'POST /loads/retry',
  copyWarehouse: () => 'POST /warehouse/copy',
  discover: ({ own }) => `POST /sources/${own.pulledSourceId}/discoveries`,
};

function call(method: string, path: string, body?: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const length = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const socketPath = findOperatorSocket(world.server.dataDirectory);
    const sent = request({ socketPath, method, path, headers: { ...length, ...headers }, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body);
  });
}

const statuses = new Map(Object.entries(operatorStatuses));

/** What is wrong with an answer that must be a refusal. */
function complaint(what: string, { status, text }: Reply): string[] {
  const error = z.strictObject({ error: z.string(), message: z.string().min(1) }).safeParse(JSON.parse(text));
  const isFine = error.success && status < 500 && statuses.get(error.data.error) === status && !/\n\s+at |node_modules|SQLITE/.test(text);
  return isFine ? [] : [`${what}: ${status} ${text.slice(0, 200)}`];
}

describe('the operator API', () => {
  it.each(Object.keys(bodies) as BodyName[])('refuses every bad body of %s', async (name) => {
    const [method = '', path = ''] = places[name](world).split(' ');
    const schema: z.ZodType = bodies[name];
    const takes = (value: unknown): boolean => schema.safeParse(value).success || (name === 'deleteApiKey' && value === null);
    const before = await dumpStore(world.server.dataDirectory);
    const complaints: string[] = [];
    const send = async (what: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<void> => {
      complaints.push(...complaint(what, await call(method, path, body, headers)));
    };
    for (const [what, body, header] of unreadable) {
      await send(what, body, header === undefined ? {} : { 'content-encoding': header.replace(/^.*: /, '') });
    }
    for (const text of misfits) if (!takes(JSON.parse(text))) await send(text.slice(0, 40), text);
    for (const { what, text } of badBodiesFrom(exampleOf(schema), (value) => !takes(value))) await send(what, text);
    expect(complaints).toEqual([]);
    expect(compareDumps(before, await dumpStore(world.server.dataDirectory))).toEqual([]);
  });

  it('answers every strange path and verb as nothing of its own', async () => {
    const complaints: string[] = [];
    for (const bad of badPaths) {
      for (const path of [`/${bad}`, `/accounts/${bad}/plan`, `/sources/${bad}/tokens`, `/api-keys/${bad}`]) {
        for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
          complaints.push(...complaint(`${method} ${path.slice(0, 40)}`, await call(method, path, '{')));
        }
      }
    }
    for (const id of ['0', '9007199254740993', '1'.repeat(300)]) {
      for (const place of [
        `POST /sources/${id}/tokens`,
        `POST /api-keys/${id}/disable`,
        `DELETE /api-keys/${id}`,
        `GET /accounts/${id}/hook-key`,
      ]) {
        const [method = '', path = ''] = place.split(' ');
        complaints.push(...complaint(place.slice(0, 60), await call(method, path)));
      }
    }
    expect(complaints).toEqual([]);
  });
});
