/** An installation in use, the same each time: what pages look like with people, keys, integrations and rows. */
import type { Insertable } from 'kysely';
import type { Tables } from '../../src/store/tables.ts';
import type { MemberClient } from './member-client.ts';
import { startWebServer, withStore, type Person, type WebServer } from './web-server.ts';

/** What the clock of the installation says when it is made; it goes on from there. */
export const seededAt = Date.UTC(2027, 2, 2, 10, 24, 0);
const dayMs = 86_400_000;
/** Of the partner: two threads that cross. */
const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#7a4b8f"/><path d="M8 14c16 0 16 20 32 20M8 34c16 0 16-20 32-20" fill="none" stroke="#fff" stroke-width="5"/></svg>',
).toString('base64');

export interface SeededInstallation {
  readonly server: WebServer;
  /** A server that nobody has set up yet. */
  readonly empty: WebServer;
  /** A server where anybody may open an account; its mail goes nowhere. */
  readonly open: WebServer;
  readonly ann: Person;
  readonly client: MemberClient;
  readonly accountId: number;
  readonly sourceId: number;
  readonly destinationId: number;
  readonly keyId: number;
  /** Last four characters of that key. */
  readonly last4: string;
  /** Client id of a partner without a key. */
  readonly partnerId: string;
  readonly joinLink: string;
  readonly resetLink: string;
  stop(): Promise<void>;
}

/** Takes over `Date.now` of this process until it is stopped. */
export async function startSeededInstallation(): Promise<SeededInstallation> {
  const realNow = Date.now;
  const startedAt = performance.now();
  Date.now = () => Math.floor(seededAt + performance.now() - startedAt);
  const server = await startWebServer({ configure: (config) => ({ ...config, trustedProxies: [] }) });
  const empty = await startWebServer();
  const mail = { url: 'smtp://127.0.0.1:9', from: 'thimble@fern.example' };
  const open = await startWebServer({ configure: (config) => ({ ...config, people: { ...config.people, signUp: 'open', mail } }) });
  await open.account();
  const ann = await server.account({ company: 'Fern & Lark', name: 'Ann Lee', email: 'ann@fern.example' });
  await server.addPartnerKeys(ann.accountId, ['Loom Works', 'Needle Point']);
  const asking = { name: 'Thread Mill', redirect_uris: ['https://threadmill.example/callback'], logo };
  const partner = await server.operator.call('POST', '/partners', asking);
  const client = await server.signIn(ann);

  const nightly = await client.call('createApiKey', { body: { description: 'Nightly export' } });
  const old = await client.call('createApiKey', { body: { description: 'Old laptop' } });
  await client.call('createApiKey', { body: { description: 'Terraform', expires_at: new Date(seededAt + 90 * dayMs).toISOString() } });
  await client.call('disableApiKey', { params: { key_id: old.key.id } });
  await fetch(new URL('/v4/sources', server.url), { headers: { authorization: `Bearer ${nightly.secret}`, 'user-agent': 'export/2.1' } });

  const shop = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Web Shop' } });
  const till = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Till' } });
  for (const source of [shop, shop, till]) await client.call('createImportToken', { params: { source_id: source.id }, body: {} });
  await client.call('updateIntegration', { params: { source_id: till.id }, body: { paused: true } });

  const ben = await server.invited(client, { name: 'Ben Ode', email: 'ben@fern.example' });
  await server.invited(client, { name: 'Cleo Marsh', email: 'cleo@fern.example' });
  const invited = await client.call('inviteMember', { body: { email: 'dora@fern.example' } });
  const reset = await client.call('linkForMember', { params: { member_id: ben.memberId } });
  await withStore(server.dataDirectory, (store) =>
    store.transaction(async (tx) => {
      await tx
        .updateTable('connection_source')
        .set({ last_received_at: seededAt - 240_000 })
        .where('id', '=', shop.id)
        .execute();
      for (const row of usageRows(shop.id, till.id)) await tx.insertInto('row_usage').values(row).execute();
      await tx
        .insertInto('stream_state')
        .values(['orders', 'customers'].map((table) => streamRow(shop.id, table)))
        .execute();
      await tx
        .insertInto('load_report')
        .values(Array.from({ length: 12 }, (_none, index) => loadRow(shop.id, index)))
        .execute();
      const alert = { account_id: ann.accountId, kind: 'table_stopped', subject: `table:${shop.id}/customers`, cleared_at: null } as const;
      await tx
        .insertInto('alert')
        .values({ ...alert, message: 'column "born" is of type date but the value is text', raised_at: seededAt - 3_600_000 })
        .execute();
    }),
  );
  return {
    server,
    empty,
    open,
    ann,
    client,
    accountId: ann.accountId,
    sourceId: shop.id,
    destinationId: shop.destination_id ?? 0,
    keyId: nightly.key.id,
    last4: nightly.key.last4,
    partnerId: String(partner['partner_id']),
    joinLink: String(invited.link),
    resetLink: String(reset.link),
    async stop() {
      await server.stop();
      await empty.stop();
      await open.stop();
      Date.now = realNow;
    },
  };
}

function usageRows(shop: number, till: number): Insertable<Tables['row_usage']>[] {
  const today = Math.floor(seededAt / dayMs);
  return Array.from({ length: 30 }, (_none, back) => [
    { source_id: shop, day: today - back, rows: 4000 + ((back * 7919) % 3100) },
    { source_id: till, day: today - back, rows: back % 7 < 2 ? 0 : 600 + ((back * 541) % 300) },
  ]).flat();
}

function streamRow(sourceId: number, table: string): Insertable<Tables['stream_state']> {
  const failed = table === 'customers';
  return {
    source_id: sourceId,
    table_name: table,
    acknowledged_position: 1,
    last_batch_loaded_at: seededAt - (failed ? 7_200_000 : 240_000),
    last_attempt_at: seededAt - 240_000,
    error_state: failed ? JSON.stringify({ type: 'data', message: 'column "born" is of type date but the value is text' }) : null,
    active_version: null,
  };
}

function loadRow(sourceId: number, index: number): Insertable<Tables['load_report']> {
  const finishedAt = seededAt - 240_000 - index * 1_800_000;
  const rows = 380 + ((index * 97) % 160);
  return {
    load_id: `load-${index}`,
    source_id: sourceId,
    table_name: index % 3 === 2 ? 'customers' : 'orders',
    started_at: finishedAt - 2300,
    finished_at: finishedAt,
    loaded: JSON.stringify(index % 3 === 2 ? { customers: rows } : { orders: rows, orders__lines: rows * 2 }),
    received: rows,
    rejected: 0,
    replaced_surrogates: 0,
    bookmarks: JSON.stringify({ updated_at: new Date(finishedAt).toISOString() }),
  };
}
