/** Who may call which route of the Connect and notifications APIs, kept by hand (connect-api.md §1.2, §2; access.md). A route without a row fails. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectApiRoutes } from '../../contract/connect-api/routes.ts';
import { customEmailRoutes } from '../../contract/notifications-api/custom-emails.ts';
import { hookRoutes } from '../../contract/notifications-api/hooks.ts';
import { compareDumps, createConnectWorld, dumpStore, hookUrl, type ConnectWorld } from '../support/connect-world.ts';
import { send, type Reply } from '../support/test-app.ts';

// It reads no credential of the caller: src/http/connect-api/accounts.test.ts.
const { createPartnerAccount: _open, ...keyRoutes } = connectApiRoutes;
const routes = { ...keyRoutes, ...customEmailRoutes, ...hookRoutes };
type RouteName = keyof typeof routes;

interface Input {
  readonly params?: Readonly<Record<string, number | string>>;
  readonly body?: unknown;
}

interface Row {
  /** What a key of the account is answered. */
  readonly own: number;
  /** What a key of another account is answered about this account's resource; on routes about no resource it acts in its own account. */
  readonly foreign: number;
  /** What is asked, about the own account. */
  readonly input?: (world: ConnectWorld) => Promise<Input> | Input;
}

let world: ConnectWorld;
let count = 0;
const next = (): number => (count += 1);

const aSource = ({ own }: ConnectWorld): Input => ({ params: { source_id: own.ids.source_id } });
const aPulledSource = ({ own }: ConnectWorld): Input => ({ params: { source_id: own.pulledSourceId } });
const aDestination = ({ own }: ConnectWorld): Input => ({ params: { destination_id: own.ids.destination_id } });
const theAccount = ({ own }: ConnectWorld): Input => ({ params: { client_id: own.person.accountId } });
const aPostgres = (): Input => ({ body: { type: 'postgres', properties: {} } });
async function aNewSource({ own }: ConnectWorld): Promise<Input> {
  return {
    params: { source_id: (await own.connect.call('createSource', { body: { type: 'import_api', display_name: `New ${next()}` } })).id },
  };
}
async function aNewToken(of: ConnectWorld): Promise<Input> {
  const { params = {} } = await aNewSource(of);
  const source_id = Number(params['source_id']);
  return { params: { source_id, token_id: (await of.own.connect.call('createToken', { params: { source_id } })).id } };
}
async function aNewDestination({ own }: ConnectWorld): Promise<Input> {
  const body = { type: 'postgres', properties: {}, ignore_unmapped_sources: true };
  return { params: { destination_id: (await own.connect.call('createDestination', { body })).id } };
}
async function aCheckedDestination({ own }: ConnectWorld): Promise<Input> {
  const params = { destination_id: own.ids.destination_id };
  await own.connect.call('updateDestination', { params, body: { description: `checked ${next()}` } });
  return { params };
}
async function aNewHook(of: ConnectWorld): Promise<Input> {
  const body = { type: 'post_load', destination_id: of.own.ids.destination_id, config: { url: hookUrl } };
  return { params: { hook_id: ((await ask(of.own.key, 'createHook', { body })).body as { id: number }).id } };
}
async function aNewEmail(of: ConnectWorld): Promise<Input> {
  const body = { email_address: `ops${next()}@example.test` };
  return { params: { email_id: ((await ask(of.own.key, 'createCustomEmail', { body })).body as { id: number }).id } };
}

const rows: Record<RouteName, Row> = {
  listSourceTypes: { own: 200, foreign: 200 },
  getSourceType: { own: 200, foreign: 200, input: () => ({ params: { type: 'import_api' } }) },
  createSource: { own: 200, foreign: 200, input: () => ({ body: { type: 'import_api', display_name: `Shop ${next()}` } }) },
  listSources: { own: 200, foreign: 200 },
  getSource: { own: 200, foreign: 404, input: aSource },
  updateSource: { own: 200, foreign: 400, input: (of) => ({ ...aSource(of), body: { display_name: `Shop ${next()}` } }) },
  deleteSource: { own: 200, foreign: 400, input: aNewSource },
  createToken: { own: 200, foreign: 400, input: aNewSource },
  listTokens: { own: 200, foreign: 404, input: aSource },
  revokeToken: { own: 200, foreign: 400, input: aNewToken },
  listStreams: { own: 200, foreign: 400, input: aPulledSource },
  getStream: {
    own: 200,
    foreign: 400,
    input: (of) => ({ params: { ...aPulledSource(of).params, stream_id: of.own.ids.stream_id } }),
  },
  writeStreamMetadata: {
    own: 200,
    foreign: 400,
    input: (of) => ({
      ...aPulledSource(of),
      body: { streams: [{ tap_stream_id: 'contacts', metadata: [{ breadcrumb: [], metadata: { selected: next() % 2 === 0 } }] }] },
    }),
  },
  listDestinationTypes: { own: 200, foreign: 200 },
  getDestinationType: { own: 200, foreign: 200, input: () => ({ params: { type: 'postgres' } }) },
  createDestination: { own: 200, foreign: 200, input: aPostgres },
  listDestinations: { own: 200, foreign: 200 },
  getDestination: { own: 200, foreign: 404, input: aDestination },
  updateDestination: { own: 200, foreign: 400, input: (of) => ({ ...aDestination(of), body: { description: `ours ${next()}` } }) },
  deleteDestination: { own: 200, foreign: 400, input: aNewDestination },
  getSourceCheck: { own: 404, foreign: 404, input: aPulledSource },
  getDestinationCheck: { own: 200, foreign: 404, input: aCheckedDestination },
  // The source is not set up, and nothing runs.
  startJob: { own: 400, foreign: 400, input: aPulledSource },
  stopJob: { own: 200, foreign: 400, input: aPulledSource },
  listExtractions: { own: 200, foreign: 401, input: theAccount },
  getExtractionLog: { own: 404, foreign: 401, input: (of) => ({ params: { ...theAccount(of).params, job_name: 'none' } }) },
  listLoads: { own: 200, foreign: 401, input: theAccount },
  createEphemeralToken: { own: 200, foreign: 200 },
  createDestinationV3: { own: 200, foreign: 200, input: () => ({ body: { type: 'postgres', connection: {} } }) },
  listDestinationsV3: { own: 200, foreign: 200 },
  updateDestinationV3: {
    own: 200,
    foreign: 400,
    input: async (of) => ({ ...(await aNewDestination(of)), body: { type: 'postgres', connection: { database: `d${next()}` } } }),
  },

  createCustomEmail: { own: 200, foreign: 200, input: () => ({ body: { email_address: `ops${next()}@example.test` } }) },
  listCustomEmails: { own: 200, foreign: 200 },
  updateCustomEmail: { own: 200, foreign: 404, input: async (of) => ({ ...(await aNewEmail(of)), body: { disabled_at: '2031-04-02' } }) },
  deleteCustomEmail: { own: 200, foreign: 404, input: aNewEmail },
  createHook: {
    own: 200,
    foreign: 400,
    input: ({ own }) => ({ body: { type: 'post_load', destination_id: own.ids.destination_id, config: { url: hookUrl } } }),
  },
  listHooks: { own: 200, foreign: 200 },
  updateHook: { own: 200, foreign: 400, input: async (of) => ({ ...(await aNewHook(of)), body: { enable: false } }) },
  deleteHook: { own: 200, foreign: 400, input: aNewHook },
};

const names = Object.keys(routes) as RouteName[];

/** Everybody who gets 401 wherever they knock. */
const refused: readonly (readonly [who: string, how: (of: ConnectWorld) => Caller])[] = [
  ['nobody', () => ({})],
  ['a key nobody has', ({ own }) => ({ token: mangled(own.key) })],
  ['a disabled key', ({ keys }) => ({ token: keys.disabled })],
  ['a deleted key', ({ keys }) => ({ token: keys.deleted })],
  ['a key of an account without API access', ({ keys }) => ({ token: keys.planless })],
  ['the disabled key of a partner', ({ keys }) => ({ token: keys.disabledPartner })],
  ['an import token', ({ own }) => ({ token: own.importToken })],
  ['the secret of a webhook URL', ({ keys }) => ({ token: keys.webhook })],
  ['the secret of a partner', ({ keys }) => ({ token: keys.partnerSecret })],
  ['a member who is signed in', ({ member, server }) => ({ headers: { cookie: String(member.cookie), origin: server.url.origin } })],
  ['an ephemeral token', ({ keys }) => ({ token: keys.ephemeral })],
  ['a key in the query string', ({ own }) => ({ query: `?api_key=${own.key}` })],
  ['a key in the query string and in the header', ({ own }) => ({ token: own.key, query: `?anything=${own.key}` })],
];

interface Caller {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** The same key with another secret. */
function mangled(key: string): string {
  return key.slice(0, 20) + 'x'.repeat(20) + key.slice(40);
}

function ask(caller: string | Caller, name: RouteName, { params = {}, body }: Input): Promise<Reply> {
  const { token, headers, query = '' } = typeof caller === 'string' ? { token: caller } : caller;
  const { method, path } = routes[name];
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, part: string) => String(params[part]));
  return send(world.server.url, method, filled + query, {
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** Hooks and addresses are ten at most: those made here leave again. */
async function makeRoom(): Promise<void> {
  for (const account of [world.own, world.other]) {
    const hooks = (await ask(account.key, 'listHooks', {})).body as { post_load: { id: number }[] };
    for (const { id } of hooks.post_load) if (id !== account.ids.hook_id) await ask(account.key, 'deleteHook', { params: { hook_id: id } });
    const emails = (await ask(account.key, 'listCustomEmails', {})).body as { id: number }[];
    for (const { id } of emails) if (id !== account.ids.email_id) await ask(account.key, 'deleteCustomEmail', { params: { email_id: id } });
  }
}

beforeAll(async () => {
  world = await createConnectWorld();
});
afterAll(() => world.stop());

describe('the authorization matrix of the Connect and notifications APIs', () => {
  it('has a row for every route', () => {
    expect(Object.keys(rows).toSorted()).toEqual(names.toSorted());
  });

  it.each(names)('lets only a live key of the account, or of a partner on it, call %s', async (name) => {
    await makeRoom();
    const { own, foreign, input } = rows[name];
    const asked = (await input?.(world)) ?? {};
    const { dataDirectory } = world.server;
    const before = await dumpStore(dataDirectory);

    const seen: Record<string, unknown> = {};
    for (const [who, how] of refused) seen[who] = short(await ask(how(world), name, asked));
    expect(seen).toEqual(Object.fromEntries(refused.map(([who]) => [who, 401])));
    expect(compareDumps(before, await dumpStore(dataDirectory))).toEqual([]);

    const stranger = await ask(world.other.key, name, asked);
    expect({ stranger: short(stranger) }).toEqual({ stranger: foreign });
    const { accountId } = world.own.person;
    const changed = compareDumps(before, await dumpStore(dataDirectory)).filter((row) => row.includes(`"account_id":${accountId},`));
    expect(changed).toEqual([]);
    expect(stranger.text).not.toMatch(new RegExp(`"(?:stitch_)?client_id":${accountId}\\b`));

    const reply = await ask(world.own.key, name, asked);
    expect({ own: short(reply) }).toEqual({ own });

    await makeRoom();
    const partner = await ask(world.keys.partner, name, (await input?.(world)) ?? {});
    expect({ partner: short(partner) }).toEqual({ partner: own });
  });

  it.each(names.filter((name) => /_id\}/.test(routes[name].path)))('answers %s of another account as if it did not exist', async (name) => {
    await makeRoom();
    const asked = (await rows[name].input?.(world)) ?? {};
    const unknown = { ...asked, params: Object.fromEntries(Object.keys(asked.params ?? {}).map((part) => [part, 987_654_321])) };
    const [theirs, none] = [await ask(world.other.key, name, asked), await ask(world.other.key, name, unknown)];
    const ids = new RegExp(`\\b(?:987654321|${Object.values(asked.params ?? {}).join('|')})\\b`, 'g');
    const withoutIds = ({ status, text }: Reply): unknown => [status, text.replaceAll(ids, 'ID')];
    expect(withoutIds(theirs)).toEqual(withoutIds(none));
  });

  it('takes no id of another account in a body or a query', async () => {
    const { own, other } = world;
    const foreign = other.ids.destination_id;
    const shop = { type: 'import_api', display_name: `Shop ${next()}`, destination_id: foreign };
    const before = await dumpStore(world.server.dataDirectory);
    expect(short(await ask(own.key, 'createSource', { body: shop }))).toBe(400);
    expect(short(await ask(own.key, 'updateSource', { ...aSource(world), body: { destination_id: foreign } }))).toBe(400);
    expect(
      short(await ask(own.key, 'createHook', { body: { type: 'post_load', destination_id: foreign, config: { url: hookUrl } } })),
    ).toBe(400);
    for (const filter of [`destination_id=${foreign}`, `source_id=${other.ids.source_id}`]) {
      expect((await ask({ token: own.key, query: `?${filter}` }, 'listDestinations', {})).body).toEqual([]);
    }
    const alien = { ...aPulledSource(world).params, stream_id: other.ids.stream_id };
    expect(short(await ask(own.key, 'getStream', { params: alien }))).toBe(400);
    const token = { ...aSource(world).params, token_id: other.ids.token_id };
    expect(short(await ask(own.key, 'revokeToken', { params: token }))).toBe(400);
    expect(compareDumps(before, await dumpStore(world.server.dataDirectory))).toEqual([]);
  });
});

function short({ status, text }: Reply): number | string {
  return status === 200 || /^(?:4\d\d)$/.test(String(status)) ? status : `${status} ${text.slice(0, 200)}`;
}
