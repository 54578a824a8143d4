/**
 * The error catalogue (connect-api.md §2.3), every row of it in its order and byte for byte; the texts are Thimble's own. Those of accounts
 * (`POST /v3/accounts`, the first four) are with the partners' tests, those of hooks and custom e-mails in ../notifications-api.
 */
import { expect, it } from 'vitest';
import type { ErrorRows } from '../../../contract/connect-api/errors.ts';
import { reportCard } from '../../../contract/connect-api/report-card.ts';
import { sourceRoutes } from '../../../contract/connect-api/sources.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { insertJob } from '../../../tests/support/insert-job.ts';
import { discover, insertPulledSource, shopCatalog } from '../../../tests/support/pulled-source.ts';
import { created, input as destination, properties } from '../../../tests/support/reporting-destination.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { deleteApiKey } from '../../domain/api-key/delete.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { createSource } from '../../domain/source/create.ts';
import { renderError } from './render-error.ts';

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

type Ask = (server: ConnectServer) => Promise<Answer>;
type Entry = readonly [row: string, ask: Ask, body: unknown, status?: number];

const shop = { type: 'import_api', display_name: 'Shop' };
const database = { host: 'db.example.test', port: '5432', user: 'u', password: 'p', dbname: 'd' };
const postgres = { type: 'platform.hp-postgres', display_name: 'Shop DB', properties: database };
const orders = 'shop-public-orders';
const dayFields = { cron_expression: '0 0 12 1 * MON' };

async function send({ url, key }: ConnectServer, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${key.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const ask =
  (method: string, path: string, body?: unknown): Ask =>
  (server) =>
    send(server, method, path.replace('{account}', String(server.accountId)).replace('{other}', String(server.foreign.accountId)), body);

async function made(server: ConnectServer, input: object = shop): Promise<number> {
  return (JSON.parse((await send(server, 'POST', '/v4/sources', input)).text) as { id: number }).id;
}

/** Asks with the id of a source that was just made in place of `{id}`. */
const ofNew =
  (method: string, path: string, body?: unknown, input?: object): Ask =>
  async (server) =>
    send(server, method, path.replace('{id}', String(await made(server, input))), body);

/** The same of a source whose streams are known. */
const ofDiscovered =
  (method: string, path: string, body?: unknown): Ask =>
  async (server) => {
    const id = await insertPulledSource(server.plane, server.accountId);
    await discover(server.plane, server.accountId, id, shopCatalog);
    return send(server, method, path.replace('{id}', String(id)), body);
  };

const write = (body: unknown): Ask => ofDiscovered('PUT', '/v4/sources/{id}/streams/metadata', body);
const writeOrders = (...metadata: object[]): Ask => write({ streams: [{ tap_stream_id: orders, metadata }] });

/** What a verb refuses on a plan, as its route answers it: for what no key can bring about, because its plan takes the keys too. */
const withoutKeys =
  (input: Parameters<typeof createSource>[2], errors: ErrorRows): Ask =>
  async ({ plane, accountId }) => {
    await setAccountPlan(plane.operator, accountId, 'standard');
    const refused: unknown = await createSource(plane.operator, accountId, input).catch((error: unknown) => error);
    const { status, body } = renderError(refused, errors, 'req-1');
    return { status, type: 'application/json', text: JSON.stringify(body) };
  };

const s1 = (error: string, message: string, more: object = {}): object => ({ error, data: { message, ...more } });
const s2 = (type: string, message: string): object => ({ error: { type, message } });
const s6 = (text: string): object => ({ invalid_fields: text });
const badProperty = (name: string): object =>
  s1('InvalidProperties', 'The properties do not fit the schema of the source type.', { bad_properties: [name], report_card: '{card}' });
const unauthorized = s1('Unauthorized', 'A valid API access key is required.');
const nothingHere = s1('NotFound', 'There is nothing at this address with this method.');
const createKeys =
  'A source takes type, display_name and, if you like, properties (a map of names to values), destination_id (a number) and name.';
const updateKeys =
  'A change takes display_name, paused_at (a time or null), destination_id (a number or null) and properties (a map of names to values).';
const streamKeys =
  'The body needs streams, a list of objects with tap_stream_id and metadata, which is a list of objects with breadcrumb and metadata.';
const destinationKeys =
  'A destination takes type, properties (a map of names to values) and, if you like, name, description and ignore_unmapped_sources (a boolean).';
const cronRefusal = s1(
  'InvalidCronExpression',
  'The cron expression is not valid (0 0 12 1 * MON): exactly one of the day of month and day of week fields must be "?".',
);

/** `[row, how to bring it about, body, status]`; in bodies `{account}` is the account, `{n}` any number, `{card}` a report card. */
const catalogue: readonly Entry[] = [
  [
    'POST sources: unknown type',
    ask('POST', '/v4/sources', { ...shop, type: 'platform.nothing' }),
    s1('InvalidType', 'Source type not found (platform.nothing).'),
  ],
  [
    'POST sources: no access to the type, deprecated',
    ask('POST', '/v4/sources', { ...shop, type: 'platform.mysql' }),
    s1('AccessDenied', 'The account has no access to sources of this type (platform.mysql).'),
  ],
  [
    'POST sources: no access to the type by plan (none with keys does that: the verb, as its route answers it)',
    withoutKeys({ ...shop, type: 'platform.oracle' }, sourceRoutes.createSource.errors),
    s1('AccessDenied', 'The account has no access to sources of this type (platform.oracle).'),
  ],
  [
    'POST sources: derived name already used',
    async (server) => {
      await made(server);
      return send(server, 'POST', '/v4/sources', { ...shop, display_name: 'SHOP!' });
    },
    s1('InvalidName', 'The name is not unique: SHOP! -> shop.'),
  ],
  [
    'POST sources: given name already used',
    async (server) => {
      await made(server);
      return send(server, 'POST', '/v4/sources', { ...shop, display_name: 'Other', name: 'shop' });
    },
    s1('InvalidName', 'The name is not unique: shop.'),
  ],
  [
    'POST sources: given name breaks the name rule',
    ask('POST', '/v4/sources', { ...shop, name: 'Shop-1' }),
    s1(
      'InvalidName',
      'The name must follow the rule: under 50 characters, lowercase letters, digits, "_" and "$", the first one a letter or "_"; some names are reserved (Shop-1).',
    ),
  ],
  [
    'POST sources: display_name yields an invalid name',
    ask('POST', '/v4/sources', { ...shop, display_name: '####' }),
    s1('InvalidDisplayName', 'The display name yields no usable name: #### -> .'),
  ],
  [
    'POST sources: unknown top-level key',
    ask('POST', '/v4/sources', { ...shop, colour: 'blue' }),
    s1('InvalidBody', `Invalid keys: Unrecognized key: "colour". ${createKeys}`),
  ],
  [
    'POST sources: missing top-level key',
    ask('POST', '/v4/sources', { type: 'import_api' }),
    s1('InvalidBody', `Invalid keys: display_name: Invalid input: expected string, received undefined. ${createKeys}`),
  ],
  [
    'POST sources: empty string',
    ask('POST', '/v4/sources', { ...shop, display_name: '' }),
    s1('InvalidBody', `Invalid keys: display_name: Too small: expected string to have >=1 characters. ${createKeys}`),
  ],
  [
    'POST sources: wrong container type',
    ask('POST', '/v4/sources', { ...shop, properties: [] }),
    s1('InvalidBody', `Invalid keys: properties: must be an object. ${createKeys}`),
  ],
  ['POST sources: malformed JSON', ask('POST', '/v4/sources', '{"type":'), s1('InvalidBody', 'The body is not JSON.')],
  ...(
    [
      ['fails its json_schema', 'port', 'x'],
      ['is an empty string', 'user', ''],
      ['is read-only', 'image_version', '2'],
    ] as const
  ).flatMap(([what, name, value]) => {
    const bad = { properties: { [name]: value } };
    const whole = { ...postgres, properties: { ...database, ...bad.properties } };
    return [
      [`POST sources: a property ${what}`, ask('POST', '/v4/sources', whole), badProperty(name)],
      [`PUT sources: a property ${what}`, ofNew('PUT', '/v4/sources/{id}', bad, postgres), badProperty(name)],
    ] as const;
  }),
  [
    'POST, PUT sources: cron_expression without the cron feature (no plan with keys lacks it: the verb, as its route answers it)',
    withoutKeys({ ...postgres, properties: { cron_expression: '0 0 12 ? * MON-FRI' } }, sourceRoutes.createSource.errors),
    s1('AccessDenied', 'The plan of the account does not permit cron scheduling.'),
  ],
  ['POST sources: bad cron, both day fields set', ask('POST', '/v4/sources', { ...postgres, properties: dayFields }), cronRefusal],
  ['PUT sources: bad cron, both day fields set', ofNew('PUT', '/v4/sources/{id}', { properties: dayFields }, postgres), cronRefusal],
  [
    'PUT sources: keys other than the permitted ones',
    ofNew('PUT', '/v4/sources/{id}', { paused: true }),
    s1('InvalidBody', `Invalid keys: Unrecognized key: "paused". ${updateKeys}`),
  ],
  [
    'PUT sources: invalid display name',
    ofNew('PUT', '/v4/sources/{id}', { display_name: '####' }),
    s1('InvalidDisplayName', 'The display name yields no usable name (####).'),
  ],
  ['PUT sources: id unknown to the account', ask('PUT', '/v4/sources/5', {}), s1('InvalidId', 'Source not found (5).')],
  ['DELETE sources: id unknown to the account', ask('DELETE', '/v4/sources/5'), s1('InvalidId', 'Source not found (5).')],
  ['GET sources/{id}: unknown id', ask('GET', '/v4/sources/5'), s1('InvalidId', 'Source not found (5).'), 404],
  ['GET streams: unknown source id', ask('GET', '/v4/sources/5/streams'), 'Source not found (5).'],
  ['GET streams/{id}: unknown source id', ask('GET', '/v4/sources/5/streams/7'), 'Stream not found (7).'],
  ['GET streams/{id}: unknown stream id', ofDiscovered('GET', '/v4/sources/{id}/streams/7000'), 'Stream not found (7000).'],
  [
    'PUT streams/metadata: tap_stream_id missing',
    write({ streams: [{ metadata: [{ breadcrumb: [], metadata: {} }] }] }),
    s6('Each tap_stream_id must be one of a stream of the source; these are not: [nil].'),
  ],
  [
    'PUT streams/metadata: tap_stream_id unknown',
    write({ streams: ['one', 'two'].map((id) => ({ tap_stream_id: id, metadata: [{ breadcrumb: [], metadata: {} }] })) }),
    s6('Each tap_stream_id must be one of a stream of the source; these are not: [one two].'),
  ],
  [
    'PUT streams/metadata: read-only metadata key present',
    writeOrders({ breadcrumb: [], metadata: { 'row-count': 1 } }),
    s6(`${orders}: only non-discoverable metadata keys can be written, not [row-count].`),
  ],
  [
    'PUT streams/metadata: selecting a field whose inclusion is unsupported',
    writeOrders({ breadcrumb: ['properties', 'shape'], metadata: { selected: true } }),
    s6(`${orders}: the field shape is unsupported and cannot be selected.`),
  ],
  ['PUT streams/metadata: no streams', write({}), streamKeys],
  ['PUT streams/metadata: no breadcrumb', writeOrders({ metadata: {} }), streamKeys],
  ['PUT streams/metadata: no metadata', write({ streams: [{ tap_stream_id: orders }] }), streamKeys],
  [
    'POST sync: already running',
    async (server) => {
      const id = await insertPulledSource(server.plane, server.accountId);
      await insertJob(server, id, 'running', { completedAt: null });
      return send(server, 'POST', `/v4/sources/${id}/sync`);
    },
    s2('already_running', 'No job was made: one runs already for client {account}, source {n}.'),
    200,
  ],
  ['POST sync: source id unknown', ask('POST', '/v4/sources/5/sync'), s2('invalid_source', 'Cannot find source 5 of client {account}.')],
  [
    'POST sync: source deleted',
    async (server) => {
      const id = await made(server, postgres);
      await send(server, 'DELETE', `/v4/sources/${id}`);
      return send(server, 'POST', `/v4/sources/${id}/sync`);
    },
    s2('invalid_source', 'The integration is deleted: source {n}.'),
  ],
  [
    'POST sync: anything else, here a source that is not configured',
    ofNew('POST', '/v4/sources/{id}/sync', undefined, postgres),
    s2('generic', 'Source {n} is not fully configured: no stream with a field is selected.'),
  ],
  ...['extractions', 'extractions/some.job', 'loads'].flatMap(
    (list) =>
      [
        [
          `GET ${list}: token disabled`,
          async (server: ConnectServer) => {
            await disableApiKey(server.plane.operator, server.key.row.id);
            return send(server, 'GET', `/v4/${server.accountId}/${list}`);
          },
          unauthorized,
          401,
        ],
        [
          `GET ${list}: token deleted`,
          async (server: ConnectServer) => {
            await deleteApiKey(server.plane.operator, server.key.row.id, { compromised: false });
            return send(server, 'GET', `/v4/${server.accountId}/${list}`);
          },
          unauthorized,
          401,
        ],
        [
          `GET ${list}: token not for {cid}`,
          ask('GET', `/v4/{other}/${list}`),
          s1('Unauthorized', 'The API access key is not for this account.'),
          401,
        ],
      ] as const,
  ),
  [
    'GET extraction log: unknown job',
    ask('GET', '/v4/{account}/extractions/some.job'),
    s1('NotFound', 'There is no log of a job some.job.'),
    404,
  ],
  ...(
    [
      ['v3', { type: 'postgres', connection: properties }],
      ['v4', destination],
    ] as const
  ).map(
    ([version, body]) =>
      [
        `POST ${version} destinations: destination limit reached`,
        async (server: ConnectServer) => {
          await setAccountPlan(server.plane.operator, server.accountId, 'advanced');
          for (let n = 0; n < 2; n += 1) await created(server);
          return send(server, 'POST', `/${version}/destinations`, body);
        },
        'The account is at its destination limit (3).',
      ] as const,
  ),
  [
    'POST v3 destinations: body not {type, connection}',
    ask('POST', '/v3/destinations', { type: 'postgres', properties }),
    'Invalid keys: connection: must be an object; Unrecognized key: "properties". A destination takes type (one of postgres, duckdb) and connection (a map of names to values).',
  ],
  [
    'POST v4 destinations: unknown key',
    ask('POST', '/v4/destinations', { ...destination, colour: 'blue' }),
    `Invalid keys: Unrecognized key: "colour". ${destinationKeys}`,
  ],
  [
    'POST v4 destinations: missing key',
    ask('POST', '/v4/destinations', { type: 'postgres' }),
    `Invalid keys: properties: must be an object. ${destinationKeys}`,
  ],
  [
    'PUT destinations: type differs from stored',
    async (server) => send(server, 'PUT', `/v4/destinations/${await created(server)}`, { type: 'duckdb', properties: {} }),
    'The type of a destination cannot be modified.',
  ],
  ['PUT destinations: unknown id', ask('PUT', '/v4/destinations/5', { properties: {} }), 'There is no destination 5 of client {account}.'],
  ['DELETE v4 destinations: unknown id', ask('DELETE', '/v4/destinations/5'), 'There is no destination 5 of client {account}.'],
  [
    'DELETE v4 destinations: already deleted id',
    async (server) => {
      const path = `/v4/destinations/${await created(server)}`;
      await send(server, 'DELETE', path);
      return send(server, 'DELETE', path);
    },
    'There is no destination {n} of client {account}.',
  ],
  ['DELETE v4 destinations: id missing', ask('DELETE', '/v4/destinations'), nothingHere, 404],
  ['DELETE v4 destinations: id not numeric', ask('DELETE', '/v4/destinations/abc'), nothingHere, 404],
  [
    'GET v4 destinations: other query params',
    ask('GET', '/v4/destinations?x=1'),
    'Only the query parameters source_id and destination_id are allowed.',
  ],
];

it.each(catalogue.map((entry) => ({ row: entry[0], entry })))('§2.3: $row', async ({ entry }) => {
  const [, provoke, body, status = 400] = entry;
  const server = await createConnectServer();
  const answer = await provoke(server);
  expect([answer.status, answer.type]).toEqual([status, expect.stringMatching(/^application\/json\b/)]);
  let text = answer.text;
  const card = /"report_card":(\{.*\})\}\}$/.exec(text)?.[1];
  if (card !== undefined) {
    expect(reportCard.parse(JSON.parse(card))).toEqual(JSON.parse(card));
    text = text.replace(card, '"{card}"');
  }
  const expected = JSON.stringify(body).replace('{account}', String(server.accountId));
  const [before = '', after] = expected.split('{n}');
  if (after === undefined) expect(text).toBe(expected);
  else expect([text.startsWith(before), text.slice(before.length).replace(/^\d+/, '')]).toEqual([true, after]);
});
