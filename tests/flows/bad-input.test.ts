/** Whatever is sent to a route, it answers as its contract says, tells nothing of its inside, stores nothing of it, and lives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { badBodiesFrom, exampleOf, withText } from '../support/bad-bodies.ts';
import { badPaths, badQueries, misfits, otherVerbs, strangeIds, strangeTexts, unreadable } from '../support/bad-values.ts';
import { compareDumps, createConnectWorld, dumpStore, type ConnectWorld } from '../support/connect-world.ts';
import { everyRoute, isStrayError, type AnyRoute, type SurfaceName } from '../support/every-route.ts';
import { createRawCaller, type RawCaller, type RawRequest } from '../support/raw-caller.ts';
import type { RawResponse } from '../support/raw-http.ts';

let world: ConnectWorld;
let caller: RawCaller;
let params: Readonly<Record<string, number | string>>;
let count = 0;

beforeAll(async () => {
  world = await createConnectWorld();
  caller = createRawCaller(world.server.url);
  const { own, member, server } = world;
  const ben = await server.invited(member);
  const invitation = await member.call('inviteMember', { body: { email: 'guest@example.com' } });
  const { session } = await member.call('getSession', {});
  const { key } = await member.call('createApiKey', { body: { description: 'target' } });
  params = {
    ...own.ids,
    type: 'postgres',
    job_name: 'none',
    key_id: key.id,
    member_id: ben.memberId,
    invitation_id: invitation.id,
    session_id: session.id,
    notification_id: 1,
  };
});
afterAll(async () => {
  caller.close();
  await world.stop();
});

function paramsOf({ path }: AnyRoute): Readonly<Record<string, number | string>> {
  if (path.includes('/streams')) return { ...params, source_id: world.own.pulledSourceId };
  return path.includes('/partner-keys') ? { ...params, key_id: world.partnerKeyId } : params;
}

/** The path with its parameters; `change` gives others. */
function fill(route: AnyRoute, change?: string): string {
  const known = paramsOf(route);
  return route.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => change ?? String(known[name]));
}

/** A body the contract takes; records are of the own account. */
function bodyFor(route: AnyRoute): unknown {
  if (route.body === undefined) return undefined;
  const example = exampleOf(route.body);
  return Array.isArray(example) ? example.map((record: object) => ({ ...record, client_id: world.own.person.accountId })) : example;
}

/** Headers of somebody who may call the surface, from an address of its own: guessing is slowed down by address. */
function credential(surface: SurfaceName): string[] {
  const { own, member, server } = world;
  switch (surface) {
    case 'import':
      return [`Authorization: Bearer ${own.importToken}`];
    case 'connect':
    case 'notifications':
      return [`Authorization: Bearer ${own.key}`];
    case 'account':
      count += 1;
      return [
        `Cookie: ${String(member.cookie)}`,
        `Origin: ${server.url.origin}`,
        `X-Forwarded-For: 10.1.${Math.trunc(count / 250)}.${1 + (count % 250)}`,
      ];
  }
}

const isWriting = ({ method }: AnyRoute): boolean => method !== 'GET' && method !== 'HEAD';
const json = 'Content-Type: application/json';

/** How a request is judged: `route` by what the contract has for the route, `refused` the same without a success, `stray` as no route,
 * `no request` when it is refused before anybody can tell which surface was meant. */
type Verdict = 'route' | 'refused' | 'stray' | 'either' | 'no request';

interface Case {
  readonly what: string;
  readonly request: Partial<RawRequest>;
  readonly verdict: Verdict;
  readonly status?: number;
}

/** What no answer may contain: frames of a stack, names of files and modules, SQL, and what was sent to prove who one is. */
const inside = /\n\s+at |\.ts:\d|node_modules|node:internal|SQLITE|constraint failed|TypeError|RangeError|SyntaxError/;

function complaint(route: AnyRoute, { what, verdict, status, request }: Case, reply: RawResponse): string | undefined {
  const { own, member, keys } = world;
  const secrets = [own.key, own.importToken, String(member.cookie).split('=')[1] ?? '', keys.partner];
  const wrong = (why: string): string => `${what}: ${why}: ${reply.status} ${reply.body.slice(0, 300)}`;
  if (inside.test(reply.body)) return wrong('tells of its inside');
  if (secrets.some((secret) => reply.body.includes(secret))) return wrong('tells a secret');
  let body: unknown;
  try {
    body = reply.body === '' ? undefined : JSON.parse(reply.body);
  } catch {
    return wrong('is no JSON');
  }
  if (status !== undefined && reply.status !== status) return wrong(`is not ${status}`);
  if ((request.method ?? route.method) === 'HEAD') return body === undefined ? undefined : wrong('has a body');
  if (verdict === 'no request')
    return z.strictObject({ error: z.string().min(1) }).safeParse(body).success ? undefined : wrong('is no bare error');
  const isKnown = route.knows(reply.status, body);
  const isStray = isStrayError(route.surface, reply.status, body);
  if (verdict === 'stray') return isStray ? undefined : wrong('is no error of the surface');
  if (verdict === 'either') return isKnown || isStray ? undefined : wrong('is no documented answer');
  if (!isKnown) return wrong('is no documented answer');
  if (verdict === 'refused' && reply.status < 400) return wrong('is no refusal');
  return undefined;
}

async function judge(route: AnyRoute, cases: readonly Case[]): Promise<void> {
  const { dataDirectory, operator } = world.server;
  const before = await dumpStore(dataDirectory);
  const { buffer } = await operator.call('GET', '/status');
  const complaints: (string | undefined)[] = [];
  for (const one of cases) {
    const { request } = one;
    const full = {
      method: route.method,
      target: fill(route),
      ...request,
      headers: [...(request.headers ?? [json]), ...credential(route.surface)],
    };
    try {
      complaints.push(complaint(route, one, await caller.call(full)));
    } catch (error) {
      complaints.push(`${one.what}: no answer: ${String(error)}`);
    }
  }
  expect(complaints.filter((text) => text !== undefined)).toEqual([]);
  expect(compareDumps(before, await dumpStore(dataDirectory))).toEqual([]);
  expect((await operator.call('GET', '/status'))['buffer']).toEqual(buffer);
}

/** A body that reaches nothing behind the reading of it. */
const harmless = (route: AnyRoute): Pick<RawRequest, 'body'> => (isWriting(route) ? { body: '{' } : {});

/** What would change something without a body, or with any, is only sent what cannot be read. */
function bodyCases(route: AnyRoute): Case[] {
  if (!isWriting(route)) return [{ what: 'a body', request: { body: '{"a":1}' }, verdict: 'route' }];
  const cases: Case[] = unreadable.map(([what, body, header]) => ({
    what,
    request: { body, headers: [json, ...(header === undefined ? [] : [header])] },
    verdict: 'refused',
  }));
  cases.push({ what: 'JSON under another type', request: { body: '{', headers: ['Content-Type: text/xml'] }, verdict: 'refused' });
  cases.push({ what: 'a type that is none', request: { body: '{', headers: ['Content-Type: ;;;'] }, verdict: 'refused' });
  cases.push({ what: 'no type', request: { body: '{', headers: [] }, verdict: 'refused' });
  const [bytes, status] = route.surface === 'import' ? [21_000_000, 413] : [10_000_000, 400];
  cases.push({
    what: 'too large a body',
    request: { body: '{"a":[', headers: [json, `Content-Length: ${bytes}`] },
    verdict: 'refused',
    status,
  });
  const { body } = route;
  if (body === undefined) return cases;
  const takes = (value: unknown): boolean =>
    body.safeParse(value).success || (route.surface === 'account' && body.safeParse(value ?? {}).success);
  if (!takes(undefined) && !(route.surface === 'account' && takes({})))
    cases.push({ what: 'an empty body', request: { body: '' }, verdict: 'refused' });
  if (!takes({})) cases.push({ what: '{}', request: { body: '{}' }, verdict: 'refused' });
  for (const text of misfits) {
    if (takes(JSON.parse(text)) || (route.surface === 'account' && text === 'null')) continue;
    cases.push({ what: text.slice(0, 60), request: { body: text }, verdict: 'refused' });
  }
  for (const { what, text } of badBodiesFrom(bodyFor(route), (value) => !takes(value)))
    cases.push({ what, request: { body: text }, verdict: 'refused' });
  return cases;
}

function targetCases(route: AnyRoute): Case[] {
  const path = fill(route);
  const rest = harmless(route);
  const cases: Case[] = [
    { what: 'a trailing slash', request: { target: `${path}/`, ...rest }, verdict: isWriting(route) ? 'refused' : 'route' },
    { what: 'two trailing slashes', request: { target: `${path}//`, ...rest }, verdict: 'either' },
    ...badPaths.map((bad): Case => ({
      what: `path …/${bad.slice(0, 20)}`,
      request: { target: `${path}/${bad}`, ...rest },
      verdict: 'either',
    })),
    ...badQueries.map((bad): Case => ({ what: `query ${bad.slice(0, 20)}`, request: { target: path + bad, ...rest }, verdict: 'either' })),
    { what: 'a long target', request: { target: `${path}?${'x'.repeat(40_000)}`, ...rest }, verdict: 'no request', status: 431 },
    { what: 'a long header', request: { headers: [json, `X-Long: ${'x'.repeat(40_000)}`], ...rest }, verdict: 'no request', status: 431 },
    { what: 'a NUL in the target', request: { target: `${path}?a=\0`, ...rest }, verdict: 'no request', status: 400 },
    { what: 'raw bytes in the target', request: { target: `${path}/\xff\xfe`, ...rest }, verdict: 'no request', status: 400 },
  ];
  if (/\{\w+\}/.test(route.path)) {
    for (const bad of badPaths) {
      cases.push({ what: `parameter ${bad.slice(0, 20)}`, request: { target: fill(route, bad), ...rest }, verdict: 'either' });
    }
  }
  return cases;
}

/** Ids nothing has, with a body where the route needs one. */
function idCases(route: AnyRoute): Case[] {
  if (!/_id\}/.test(route.path)) return [];
  return strangeIds.map((id) => ({ what: `id ${id.slice(0, 20)}`, request: { target: fill(route, id) }, verdict: 'refused' }));
}

function verbCases(route: AnyRoute): Case[] {
  const taken = new Set(
    everyRoute.filter(({ path }) => path.replaceAll(/\{\w+\}/g, '') === route.path.replaceAll(/\{\w+\}/g, '')).map(({ method }) => method),
  );
  const status = route.surface === 'import' ? 405 : 404;
  return otherVerbs
    .filter((verb) => !taken.has(verb))
    .map((verb) => ({
      what: verb,
      request: { method: verb, body: verb === 'POST' || verb === 'PUT' ? '{' : '' },
      verdict: 'stray',
      status,
    }));
}

describe('bad input', () => {
  it.each(everyRoute.map((route) => [`${route.surface} ${route.name}`, route] as const))(
    'is refused by %s, and nothing comes of it',
    async (_name, route) => {
      await judge(route, [...bodyCases(route), ...targetCases(route), ...idCases(route), ...verbCases(route)]);
    },
  );
});

describe('10 MB', () => {
  const surfaces: readonly SurfaceName[] = ['connect', 'notifications', 'account'];
  it.each(surfaces)('are refused by the %s API to the end, and the next request is answered', async (surface) => {
    const body = Buffer.alloc(10_000_000, ' ');
    const route = everyRoute.find((one) => one.surface === surface && isWriting(one) && one.body !== undefined && !one.path.includes('{'));
    if (route === undefined) throw new Error('no route that reads');
    const lengths = [[`Content-Length: ${body.length}`], ['Transfer-Encoding: chunked']];
    for (const [index, length] of lengths.entries()) {
      const sent = index === 0 ? body : Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
      await judge(route, [
        { what: length.join(), request: { body: sent, headers: [json, ...length] }, verdict: 'refused', status: 400 },
        { what: 'the next request', request: { body: '{' }, verdict: 'refused', status: 400 },
      ]);
    }
  });
});

describe('a request', () => {
  // The last one reads none (connect-api.md §4.1).
  const keyed = everyRoute.filter(
    ({ surface, name }) => surface !== 'account' && !name.startsWith('status') && name !== 'createPartnerAccount',
  );
  it.each(keyed.map((route) => [`${route.surface} ${route.name}`, route] as const))(
    'of %s has exactly one credential',
    async (_name, route) => {
      const [good = ''] = credential(route.surface);
      const bad = 'Authorization: Bearer nothing';
      const bodies = { ...harmless(route), target: fill(route), method: route.method };
      for (const headers of [[], [bad], [good, bad], [bad, good], [good, good], ['Authorization:', good], ['Authorization:']]) {
        expect({ headers: headers.length, status: (await caller.call({ ...bodies, headers: [json, ...headers] })).status }).toEqual({
          headers: headers.length,
          status: 401,
        });
      }
    },
  );
});

describe('strange text', () => {
  const reading = everyRoute.filter(({ body }) => body !== undefined);
  it.each(reading.map((route) => [`${route.surface} ${route.name}`, route] as const))('never upsets %s', async (_name, route) => {
    const complaints: (string | undefined)[] = [];
    for (const { what, text } of strangeTexts.flatMap((strange) => withText(bodyFor(route), strange))) {
      const one: Case = {
        what,
        request: { body: text },
        verdict: 'route',
      };
      const headers = [json, ...credential(route.surface)];
      complaints.push(complaint(route, one, await caller.call({ method: route.method, target: fill(route), body: text, headers })));
    }
    expect(complaints.filter((text) => text !== undefined)).toEqual([]);
  });

  it.each(everyRoute.filter(({ query }) => query !== undefined).map((route) => [route.name, route] as const))(
    'in the query never upsets %s',
    async (_name, route) => {
      const complaints: (string | undefined)[] = [];
      for (const name of Object.keys(route.query?.shape ?? {})) {
        for (const text of strangeTexts) {
          const target = `${fill(route)}?${name}=${encodeURIComponent(text.toWellFormed())}`;
          const one: Case = { what: target, request: {}, verdict: 'route' };
          complaints.push(complaint(route, one, await caller.call({ method: route.method, target, headers: credential(route.surface) })));
        }
      }
      expect(complaints.filter((text) => text !== undefined)).toEqual([]);
    },
  );
});
