/** Two accounts on a real server with everything in them that a route of the public APIs can be about, and every kind of credential. */
import { createConnectClient, type ConnectClient } from '../../client/connect-api.ts';
import type { MemberClient } from './member-client.ts';
import { shopCatalog } from './pulled-source.ts';
import { send, type TestApp } from './test-app.ts';
import { startWebServer, withStore, type Person, type WebServer } from './web-server.ts';

/** What an account has, by the names of path parameters. */
interface Belongings {
  readonly client_id: number;
  readonly source_id: number;
  readonly token_id: number;
  readonly stream_id: number;
  readonly destination_id: number;
  readonly hook_id: number;
  readonly email_id: number;
}

interface ConnectAccount {
  readonly person: Person;
  readonly key: string;
  readonly connect: ConnectClient;
  readonly ids: Belongings;
  /** A source that is pulled; its streams were discovered. */
  readonly pulledSourceId: number;
  readonly importToken: string;
}

export interface ConnectWorld {
  readonly server: WebServer;
  readonly own: ConnectAccount;
  readonly other: ConnectAccount;
  /** The Administrator of the own account, signed in. */
  readonly member: MemberClient;
  /** Of the own account, but for `planless`, which is of an account without API access. */
  readonly keys: Readonly<
    Record<'disabled' | 'deleted' | 'planless' | 'partner' | 'disabledPartner' | 'ephemeral' | 'webhook' | 'partnerSecret', string>
  >;
  readonly partnerKeyId: number;
  stop(): Promise<void>;
}

const notificationsPath = '/notifications/public/v1/api';
/** An address of nobody we know, so that no name is looked up. */
export const hookUrl = 'https://93.184.215.14/loaded';

export async function createConnectWorld(): Promise<ConnectWorld> {
  // Guessing is slowed down by address, which each request may choose here.
  const server = await startWebServer({ configure: (config) => ({ ...config, trustedProxies: ['127.0.0.1'] }) });
  const { operator } = server;
  const [ann, eve, sam] = [
    await server.account({ company: 'Acme' }),
    await server.account({ company: 'Evil', name: 'Eve Ill' }),
    await server.account({ company: 'Small', name: 'Sam Small' }),
  ];
  const [partner = '', disabledPartner = ''] = await server.addPartnerKeys(ann.accountId, ['Partner', 'Former']);
  const partnerKeyId = ann.accountId * 1000;
  const own = await furnish(server, ann);
  const other = await furnish(server, eve);
  const member = await server.signIn(ann);
  await member.call('disablePartnerKey', { params: { key_id: partnerKeyId + 1 } });
  const [disabled, deleted, planless] = [await newKey(server, ann), await newKey(server, ann), await newKey(server, sam)];
  await operator.call('POST', `/api-keys/${disabled.id}/disable`);
  await operator.call('DELETE', `/api-keys/${deleted.id}`);
  await server.setPlan(sam.accountId, 'standard');
  const { ephemeral_token: ephemeral } = await own.connect.call('createEphemeralToken', {});
  const hooked = await member.call('createIntegration', { body: { type: 'webhook.incoming-webhook', display_name: 'Hooked' } });
  const { secret: webhook } = await member.call('createImportToken', { params: { source_id: hooked.id }, body: {} });
  const asking = await operator.call('POST', '/partners', { name: 'Asking', redirect_uris: ['https://asking.example/back'] });
  const partnerSecret = String(asking['partner_secret']);
  return {
    server,
    own,
    other,
    member,
    keys: {
      disabled: disabled.token,
      deleted: deleted.token,
      planless: planless.token,
      partner,
      disabledPartner,
      ephemeral,
      webhook,
      partnerSecret,
    },
    partnerKeyId,
    stop: () => server.stop(),
  };
}

async function newKey({ operator }: Pick<TestApp, 'operator'>, { accountId }: Person): Promise<{ id: number; token: string }> {
  const made = await operator.call('POST', `/accounts/${accountId}/api-keys`, { description: 'world' });
  return { id: Number(made['id']), token: String(made['api_key']) };
}

async function furnish(server: WebServer, person: Person): Promise<ConnectAccount> {
  const { token: key } = await newKey(server, person);
  const connect = createConnectClient({ baseUrl: server.url, apiKey: key });
  const source = await connect.call('createSource', { body: { type: 'import_api', display_name: 'Shop' } });
  const token = await connect.call('createToken', { params: { source_id: source.id } });
  const pulledSourceId = await newPulledSource(server, connect);
  const [stream] = await connect.call('listStreams', { params: { source_id: pulledSourceId } });
  const [destination] = await connect.call('listDestinations', {});
  const post = async (path: string, body: unknown): Promise<number> =>
    ((await send(server.url, 'POST', `${notificationsPath}${path}`, { token: key, body })).body as { id: number }).id;
  const destination_id = destination?.id ?? 0;
  return {
    person,
    key,
    connect,
    ids: {
      client_id: person.accountId,
      source_id: source.id,
      token_id: token.id,
      stream_id: stream?.stream_id ?? 0,
      destination_id,
      hook_id: await post('/hooks', { type: 'post_load', destination_id, config: { url: hookUrl } }),
      email_id: await post('/custom-emails', { email_address: 'ops@example.test' }),
    },
    pulledSourceId,
    importToken: token.access_token,
  };
}

/** A source that is pulled, with the streams of a real catalog. */
async function newPulledSource({ operator }: Pick<TestApp, 'operator'>, connect: ConnectClient, name = 'Pulled'): Promise<number> {
  const { id } = await connect.call('createSource', { body: { type: 'platform.hp-postgres', display_name: name } });
  await operator.call('POST', `/sources/${id}/discoveries`, shopCatalog);
  return id;
}

/** Columns that are written behind the back of requests: when something was used last, how a check ended, how long a session lasts. */
const background = /^(?:\w+\.last_\w+|connection_check\.(?:completed_at|error_message)|session\.(?:expires_at|address|agent))$/;
const backgroundTables = new Set(['credential_use', 'migration', 'sqlite_sequence']);

/** The rows of every table of the control store, sorted, but for what is written in the background. */
export type StoreDump = ReadonlyMap<string, readonly string[]>;

export async function dumpStore(dataDirectory: string): Promise<StoreDump> {
  return withStore(dataDirectory, async (store) => {
    const tables = (await store.read.introspection.getTables()).map(({ name }) => name).filter((name) => !backgroundTables.has(name));
    const dump = new Map<string, readonly string[]>();
    for (const table of tables) {
      const rows = await store.read
        .selectFrom(table as 'account')
        .selectAll()
        .execute();
      const texts = rows.map((row) =>
        JSON.stringify(Object.fromEntries(Object.entries(row).filter(([column]) => !background.test(`${table}.${column}`)))),
      );
      dump.set(table, texts.toSorted());
    }
    return dump;
  });
}

/** What differs between two dumps, as `+ table row` and `- table row`. */
export function compareDumps(before: StoreDump, after: StoreDump): string[] {
  const lines: string[] = [];
  for (const [table, rows] of after) {
    const old = before.get(table) ?? [];
    const [was, is] = [new Set(old), new Set(rows)];
    lines.push(...rows.filter((row) => !was.has(row)).map((row) => `+ ${table} ${row}`));
    lines.push(...old.filter((row) => !is.has(row)).map((row) => `- ${table} ${row}`));
  }
  return lines;
}
