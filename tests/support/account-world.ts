/** Two accounts with everything in them that a route of the Account API can be about, and everybody who may try to call it. */
import { accountApiRoutes, type AccountRouteName } from '../../contract/account-api/routes.ts';
import { createMemberClient, type MemberClient } from './member-client.ts';
import { send, type Reply } from './test-app.ts';
import { startWebServer, withStore, type Person, type WebServer } from './web-server.ts';

/** Who calls, in the order of the columns of the matrix. */
export const principals = [
  'nobody',
  'member',
  'administrator',
  'stranger',
  'deactivated',
  'key',
  'foreign key',
  'import token',
  'partner key',
  'ephemeral session',
] as const;
export type Principal = (typeof principals)[number];

export interface RouteInput {
  readonly params?: Readonly<Record<string, number>>;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
}

export interface AccountWorld {
  readonly server: WebServer;
  readonly ann: Person;
  readonly sourceId: number;
  readonly destinationId: number;
  /** Of keys of other partners than the one that calls. */
  readonly partnerKeyIds: readonly number[];
  /** The Administrator of the account. */
  administrator(): Promise<MemberClient>;
  /** The one session of a principal that can have one. */
  clientOf(principal: Principal): Promise<MemberClient | undefined>;
  /** A session of its own for each principal that can have one. */
  sessionIdOf(principal: Principal): Promise<number>;
  /** A General User who has just joined. */
  newMember(): Promise<Person>;
  newAlert(): Promise<number>;
  /** A destination nothing depends on. */
  newDestination(): Promise<number>;
  /** A number no other caller got. */
  next(): number;
  call(principal: Principal, name: AccountRouteName, input: RouteInput): Promise<Reply>;
  /** Signs everybody in anew at the next call. */
  forgetSessions(): void;
  /** Gives everybody the password, the address and the one factor of the beginning, and signs them in anew at the next call. */
  resetPeople(): Promise<void>;
  stop(): Promise<void>;
}

export async function createAccountWorld(): Promise<AccountWorld> {
  // Guessing is slowed down by address: here each request comes from another one.
  const server = await startWebServer({ configure: (config) => ({ ...config, trustedProxies: ['127.0.0.1'] }) });
  let count = 0;
  const next = (): number => (count += 1);
  const newAddress = (): { 'x-forwarded-for': string } => ({ 'x-forwarded-for': `10.0.${Math.trunc(next() / 250)}.${1 + (count % 250)}` });
  const signInAs = (person: Person): Promise<MemberClient> => server.signIn(person, { headers: newAddress() });

  const [ann, eve] = [await server.account({ company: 'Acme' }), await server.account({ company: 'Evil', name: 'Eve Ill' })];
  const sessions = new Map<Principal, MemberClient>();
  const persons = new Map<Principal, Person>([
    ['administrator', ann],
    ['stranger', eve],
  ]);

  async function sessionOf(principal: Principal): Promise<MemberClient | undefined> {
    const person = persons.get(principal);
    if (person === undefined) return undefined;
    const known = sessions.get(principal);
    if (known !== undefined) return known;
    const made = await signInAs(person);
    sessions.set(principal, made);
    return made;
  }
  const administrator = async (): Promise<MemberClient> => (await sessionOf('administrator')) ?? signInAs(ann);

  const owner = await administrator();
  const [ben, carl] = [await server.invited(owner), await server.invited(owner, { name: 'Carl Gone' })];
  persons.set('member', ben);
  const gone = await signInAs(carl);
  const goneCookie = String(gone.cookie);
  await owner.call('deactivateMember', { params: { member_id: carl.memberId }, body: { keys: 'disable' } });

  const names = Array.from({ length: 12 }, (_none, index) => `Partner ${index}`);
  const [partnerSecret = ''] = await server.addPartnerKeys(ann.accountId, names);
  const keyOf = async (person: Person): Promise<string> => {
    const made = await server.operator.call('POST', `/accounts/${person.accountId}/api-keys`, { description: 'matrix' });
    return String(made['api_key']);
  };
  const [key, foreignKey] = [await keyOf(ann), await keyOf(eve)];
  const source = await owner.call('createIntegration', { body: { type: 'import_api', display_name: 'Matrix' } });
  const { secret: token } = await owner.call('createImportToken', { params: { source_id: source.id }, body: {} });
  const bearers: Partial<Record<Principal, string>> = {
    key,
    'foreign key': foreignKey,
    'import token': token,
    'partner key': partnerSecret,
  };
  const ephemeral = { 'x-thimble-session': 'delegated' };
  let delegated: MemberClient | undefined;
  const delegatedCookie = async (): Promise<string | undefined> => {
    if (delegated !== undefined) return delegated.cookie;
    const { status, text } = await send(server.url, 'POST', '/v3/sessions/ephemeral', { token: key });
    if (status !== 200) throw new Error(text);
    delegated = createMemberClient(server.url, { headers: { ...newAddress(), ...ephemeral } });
    await delegated.call('beginEphemeralSession', { body: JSON.parse(text) as { ephemeral_token: string } });
    return delegated.cookie;
  };
  const partnerKeys = await owner.call('listPartnerKeys', {});
  const passwords = await withStore(server.dataDirectory, (store) =>
    store.read.selectFrom('member').select(['id', 'password_hash']).execute(),
  );

  return {
    server,
    ann,
    sourceId: source.id,
    destinationId: source.destination_id ?? 0,
    partnerKeyIds: partnerKeys.slice(1).map(({ id }) => id),
    next,
    administrator,
    clientOf: sessionOf,
    async sessionIdOf(principal) {
      const person = persons.get(principal) ?? ann;
      const other = await signInAs(person);
      return (await other.call('getSession', {})).session.id;
    },
    newMember: async () => server.invited(await administrator()),
    async newDestination() {
      const body = { type: 'postgres', display_name: `Warehouse ${next()}`, properties: {} };
      return (await (await administrator()).call('createDestination', { body })).id;
    },
    async newAlert() {
      const alert = { account_id: ann.accountId, kind: 'source_stopped', subject: `source:${source.id}`, message: 'm' } as const;
      return withStore(server.dataDirectory, (store) =>
        store.transaction(async (tx) => {
          await tx.deleteFrom('alert').execute();
          const { id } = await tx
            .insertInto('alert')
            .values({ ...alert, raised_at: Date.now(), cleared_at: null })
            .returning('id')
            .executeTakeFirstOrThrow();
          return id;
        }),
      );
    },
    async call(principal, name, { params = {}, body, query = {} }) {
      const { method, path } = accountApiRoutes[name];
      const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, part: string) => String(params[part]));
      const search = new URLSearchParams(query).toString();
      const isEphemeral = principal === 'ephemeral session';
      const cookie = isEphemeral
        ? await delegatedCookie()
        : principal === 'deactivated'
          ? goneCookie
          : (await sessionOf(principal))?.cookie;
      const bearer = bearers[principal];
      const own = { ...newAddress(), ...(cookie === undefined ? {} : { cookie }), ...(isEphemeral ? ephemeral : {}) };
      return send(server.url, method, `${filled}${search === '' ? '' : `?${search}`}`, {
        ...(bearer === undefined ? {} : { token: bearer }),
        ...(body === undefined ? {} : { body }),
        headers: { origin: server.url.origin, ...own },
      });
    },
    forgetSessions() {
      sessions.clear();
      delegated = undefined;
    },
    async resetPeople() {
      sessions.clear();
      delegated = undefined;
      const beginning = { pending_email: null, totp_secret: null, totp_enabled_at: null, totp_last_step: null };
      await withStore(server.dataDirectory, (store) =>
        store.transaction(async (tx) => {
          await tx.deleteFrom('recovery_code').execute();
          for (const { id, password_hash: hash } of passwords) {
            await tx
              .updateTable('member')
              .set({ ...beginning, password_hash: hash })
              .where('id', '=', id)
              .execute();
          }
        }),
      );
    },
    stop: () => server.stop(),
  };
}
