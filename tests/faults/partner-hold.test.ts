/** A partner's key is disabled again and again while its destination is loaded into: from each answer on nothing changes there, and in the end nothing is lost or doubled. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createPushedLog, pushUntil } from '../support/acknowledged-pusher.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { send } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const rounds = 6;
const clients = 3;

/** What a partner creates, and what its owner finds in it. */
interface Engine {
  readonly input: object;
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

async function embedded(server: WebServer, { accountId }: Person): Promise<Engine> {
  return { input: { type: 'duckdb', properties: {} }, rows: (sql) => server.query(sql, accountId) };
}

async function postgres(): Promise<Engine> {
  const server = await startPostgres({ version: 18 });
  onTestFinished(() => server.stop());
  await server.createDatabase('rep');
  const { host, port } = server;
  const properties = { host, port, database: 'rep', username: 'postgres', password: 'pw', ssl: false, encryption_type: 'none' };
  return { input: { type: 'postgres', properties }, rows: (sql) => server.query(sql, 'rep') };
}

it.each([
  { name: 'an embedded warehouse', open: embedded },
  { name: 'PostgreSQL 18', open: postgres },
])(
  'commits nothing into $name after the call that disabled its partner, and loads all of it afterwards',
  async ({ open }) => {
    const server = await startWebServer();
    onTestFinished(() => server.stop());
    const ann = await server.account();
    const engine = await open(server, ann);
    const [partner = ''] = await server.addPartnerKeys(ann.accountId, ['Loom Works']);
    const client = await server.signIn(ann);
    const [first] = await client.call('listDestinations', {});
    await client.call('deleteDestination', { params: { destination_id: first?.id ?? 0 } });
    const made = await send(server.url, 'POST', '/v4/destinations', { token: partner, body: engine.input });
    const destinationId = (made.body as { id: number }).id;
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Shop' } });
    expect(source.destination_id).toBe(destinationId);
    const { secret: token } = await client.call('createImportToken', { params: { source_id: source.id }, body: {} });
    const keyId = (await client.call('listPartnerKeys', {}))[0]?.id ?? 0;
    const key = { params: { key_id: keyId } };

    const pushing = new AbortController();
    const log = createPushedLog();
    let mark = 0;
    const { url } = server;
    const pushers = Array.from({ length: clients }, () =>
      pushUntil(pushing.signal, { url, token, accountId: ann.accountId, size: 20, nextMark: () => (mark += 1), log }),
    );
    const count = async (): Promise<string> => {
      const of = (table: string): Promise<Record<string, unknown>[]> =>
        engine.rows(`SELECT count(*)::text AS rows, sum(mark)::text AS marks FROM shop.${table}`);
      return JSON.stringify([await of('keyed'), await of('appended')]);
    };
    await waitFor(async () => count().then(Boolean, () => false));
    for (let round = 0; round < rounds; round += 1) {
      const before = await count();
      await waitFor(async () => (await count()) !== before);
      await delay(round * 37);
      expect(await client.call('disablePartnerKey', key)).toMatchObject({ state: 'disabled' });
      const after = await count();
      const accepted = mark;
      await waitFor(() => mark > accepted + 200);
      await delay(500);
      expect(await count(), `round ${round}`).toBe(after);
      const held = await client.call('getDestination', { params: { destination_id: destinationId } });
      expect(held.held).toMatchObject({ reason: 'key_disabled', partner: 'Loom Works' });
      const releasedAt = performance.now();
      await client.call('enablePartnerKey', key);
      await waitFor(async () => (await count()) !== after);
      expect(performance.now() - releasedAt, 'no back-off is waited for').toBeLessThan(5_000);
    }
    pushing.abort();
    await Promise.all(pushers);
    await waitUntilLoaded(server.operator);
    const rowsOf = async (table: string): Promise<[number, number][]> =>
      (await engine.rows(`SELECT id::text AS id, mark::text AS mark FROM shop.${table}`)).map(({ id, mark: of }) => [
        Number(id),
        Number(of),
      ]);
    const keyed = await rowsOf('keyed');
    expect(keyed.length).toBe(log.keyed.size);
    expect(new Map(keyed)).toEqual(log.keyed);
    const appended = (await rowsOf('appended')).map(([, of]) => of);
    expect(appended.toSorted((a, b) => a - b)).toEqual([...log.appended].toSorted((a, b) => a - b));
    expect(log.keyed.size).toBeGreaterThan(rounds * 100);
  },
  240_000,
);
