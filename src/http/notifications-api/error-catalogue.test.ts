/** The error catalogue (connect-api.md §2.3), its rows of hooks and custom e-mails in its order and byte for byte; the texts are Thimble's own. */
import { expect, it } from 'vitest';
import { AppError } from '../../../contract/errors.ts';
import { customEmailRoutes } from '../../../contract/notifications-api/custom-emails.ts';
import type { NotificationErrorRows } from '../../../contract/notifications-api/errors.ts';
import { hookRoutes } from '../../../contract/notifications-api/hooks.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { listHooks } from '../../domain/hook/list.ts';
import { renderNotificationError } from './render-error.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
}

type Ask = (server: ConnectServer) => Promise<Answer>;
type Entry = readonly [row: string, ask: Ask, body: unknown, status?: number];

const hooks = '/notifications/public/v1/api/hooks';
const emails = '/notifications/public/v1/api/custom-emails';
const hook = { type: 'post_load', config: { url: 'https://hook.example.test/' } };
const address = { email_address: 'ops@example.test' };

async function send({ url, key }: ConnectServer, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${key.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  return { status: response.status, text: await response.text() };
}

const ask =
  (method: string, path: string, body?: unknown): Ask =>
  (server) =>
    send(server, method, path, body);

/** Asks with the id of what `input` makes in place of `{id}`. */
const ofNew =
  (method: string, path: string, input: object, body?: unknown): Ask =>
  async (server) => {
    const { text } = await send(server, 'POST', path.replace('/{id}', ''), input);
    return send(server, method, path.replace('{id}', String((JSON.parse(text) as { id: number }).id)), body);
  };

const eleventh =
  (path: string, input: object): Ask =>
  async (server) => {
    for (let n = 0; n < 10; n += 1) expect((await send(server, 'POST', path, input)).status).toBe(200);
    return send(server, 'POST', path, input);
  };

/** As the route answers it, for what no key can bring about. */
function rendered(error: unknown, errors: NotificationErrorRows): Answer {
  const { status, body } = renderNotificationError(error, errors, { requestId: 'req-1', sent: undefined });
  return { status, text: JSON.stringify(body) };
}

const s1 = (message: string): object => ({ error: 'InvalidBody', data: { message } });
const s3 = (message: unknown): object => ({ error: { message } });
const badAddress = (text: string): object => s3({ email_address: `${text} email_address is required and must be a valid e-mail address.` });
const hookKeys = 'A hook takes type (post_load), destination_id (a number) and config, an object with url.';
const enableKeys = 'The body must hold enable, true or false, and nothing else.';

const catalogue: readonly Entry[] = [
  [
    'POST hooks: bad body',
    ask('POST', hooks, { url: 'https://hook.example.test/' }),
    s1(
      `Invalid keys: type: Invalid input: expected "post_load"; config: Invalid input: expected object, received undefined; Unrecognized key: "url". ${hookKeys}`,
    ),
  ],
  [
    'POST hooks: bad body, a URL that is not HTTPS',
    ask('POST', hooks, { ...hook, config: { url: 'http://hook.example.test/' } }),
    s1('Invalid POST body: config.url must be an https:// URL without user and password.'),
  ],
  [
    'POST hooks: feature not in plan (none with keys lacks it: the verb, as the route answers it)',
    async ({ plane, accountId }) => {
      await setAccountPlan(plane.operator, accountId, 'standard');
      const refused: unknown = await listHooks(plane.operator, accountId).catch((error: unknown) => error);
      return rendered(refused, hookRoutes.createHook.errors);
    },
    s3('Client does not have access to hooks.'),
  ],
  ['POST hooks: 10 hooks exist', eleventh(hooks, hook), s3('You have exceeded the limit of 10 hooks.')],
  [
    'PUT hooks: enable missing',
    ofNew('PUT', `${hooks}/{id}`, hook, {}),
    s1(`Invalid keys: enable: Invalid input: expected boolean, received undefined. ${enableKeys}`),
  ],
  [
    'PUT hooks: enable not boolean',
    ofNew('PUT', `${hooks}/{id}`, hook, { enable: 'true' }),
    s1(`Invalid keys: enable: Invalid input: expected boolean, received string. ${enableKeys}`),
  ],
  [
    'PUT hooks: extra keys',
    ofNew('PUT', `${hooks}/{id}`, hook, { enable: true, version: 1 }),
    s1(`Invalid keys: Unrecognized key: "version". ${enableKeys}`),
  ],
  ['DELETE hooks: unknown id', ask('DELETE', `${hooks}/5`), { error: 'NotFound' }],
  [
    'POST custom-emails: email_address missing',
    ask('POST', emails, {}),
    badAddress('Invalid keys: email_address: Invalid input: expected string, received undefined.'),
  ],
  [
    'POST custom-emails: email_address invalid',
    ask('POST', emails, { email_address: 'ops' }),
    badAddress('Invalid keys: email_address: Invalid email address.'),
  ],
  [
    'POST custom-emails: 10 exist',
    eleventh(emails, address),
    s3('Account not authorized to create additional custom notification email addresses.'),
  ],
  [
    'POST custom-emails: feature not in plan (every plan has it: what the route would answer)',
    async () => rendered(new AppError('access_denied', 'Not authorized.'), customEmailRoutes.createCustomEmail.errors),
    s3('Not authorized.'),
  ],
  ['PUT custom-emails: disabled_at missing', ofNew('PUT', `${emails}/{id}`, address, {}), { disabled_at: null }],
  ['PUT custom-emails: disabled_at invalid', ofNew('PUT', `${emails}/{id}`, address, { disabled_at: 'now' }), { disabled_at: 'now' }],
  ['PUT custom-emails: unknown id', ask('PUT', `${emails}/5`, { disabled_at: null }), { status: 'NOT FOUND' }, 404],
];

it.each(catalogue.map((entry) => ({ row: entry[0], entry })))('§2.3: $row', async ({ entry }) => {
  const [, provoke, body, status = 400] = entry;
  const answer = await provoke(await createConnectServer());
  expect(answer).toEqual({ status, text: JSON.stringify(body) });
});
