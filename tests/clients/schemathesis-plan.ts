/** What Schemathesis is given: an installation with something of everything, and requests that succeed there. */
import { createConnectClient } from '../../client/connect-api.ts';
import type { OperatorClient } from '../../src/cli/operator-client.ts';
import { shopCatalog } from '../support/pulled-source.ts';
import { createTestSource, send, type TestSource } from '../support/test-app.ts';

interface PreparedRequest {
  readonly path?: Readonly<Record<string, number | string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** It succeeds but once. */
  readonly once?: true;
}

export interface Plan {
  readonly source: TestSource;
  /** Values of path parameters by name, or by `operation.name`. */
  readonly known: Readonly<Record<string, number | string>>;
  /** What later requests need, by path parameter. */
  readonly kept: Readonly<Record<string, readonly number[]>>;
  readonly requests: Readonly<Record<string, readonly PreparedRequest[]>>;
}

/** How many objects there are for each operation that uses them up. */
const supply = 12;
const hubspot = { start_date: '2026-01-01T00:00:00Z', frequency_in_minutes: '60' };
// Nothing listens there: checks and calls of hooks fail at once, and nothing leaves the machine.
const postgres = {
  host: '127.0.0.1',
  port: '9',
  ssl: 'true',
  encryption_type: 'none',
  username: 'loader',
  password: 'not-a-secret',
  database: 'analytics',
};
const hookUrl = 'https://127.0.0.1:9/loaded';

/** Prepares an account over the APIs themselves; catalogs come from the operator. */
export async function planSchemathesis(operator: OperatorClient, url: URL): Promise<Plan> {
  const source = await createTestSource({ operator, url });
  const { accountId, apiKey } = source;
  const connect = createConnectClient({ baseUrl: url, apiKey });
  const notify = async (path: string, body: unknown): Promise<number> => {
    const reply = await send(url, 'POST', `/notifications/public/v1/api${path}`, { token: apiKey, body });
    return (reply.body as { id: number }).id;
  };
  const times = async <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> => {
    const made: T[] = [];
    for (let index = 0; index < count; index += 1) made.push(await make(index));
    return made;
  };
  let made = 0;
  const createSource = async (type: string, properties: Readonly<Record<string, string>> = {}): Promise<number> =>
    (await connect.call('createSource', { body: { type, display_name: `Made ${(made += 1)}`, properties } })).id;

  const pulled = await createSource('platform.hubspot', hubspot);
  await operator.call('POST', `/sources/${pulled}/discoveries`, shopCatalog);
  const [stream] = await connect.call('listStreams', { params: { source_id: pulled } });
  const [own] = await connect.call('listDestinations', {});
  if (stream === undefined || own === undefined) throw new Error('The account has no stream or no destination.');
  const resting = await createSource('import_api');
  const withToken = await times(supply, async () => {
    const id = await createSource('import_api');
    const token = await connect.call('createToken', { params: { source_id: id } });
    return { source_id: id, token_id: token.id };
  });
  const warehouses = await times(supply, () =>
    connect.call('createDestination', { body: { type: 'postgres', name: 'Made', properties: postgres } }),
  );
  const [kept, ...doomed] = warehouses;
  if (kept === undefined) throw new Error('No destination was made.');
  const hooks = await times(4, () => notify('/hooks', { type: 'post_load', destination_id: own.id, config: { url: hookUrl } }));
  const emails = await times(4, (index) => notify('/custom-emails', { email_address: `team${index}@fern.example` }));
  const doomedSources = await times(supply, () => createSource('import_api'));
  const [hook = 0, ...doomedHooks] = hooks;
  const [email = 0, ...doomedEmails] = emails;

  const partner = await operator.call('POST', '/partners', { name: 'Loom Works', redirect_uris: ['https://loom.example/back'] });
  const ofPartner = { partner_id: partner['partner_id'], partner_secret: partner['partner_secret'] };
  const newOwner = { first_name: 'Ann', last_name: 'Lee', company: 'Fern' };

  const ofImport = { source_id: source.sourceId };
  const ofPulled = { source_id: pulled };
  const ofAccount = { client_id: accountId };
  const ofKept = { destination_id: kept.id };
  const chooseOrders = {
    streams: [
      {
        tap_stream_id: 'shop-public-orders',
        metadata: [{ breadcrumb: [], metadata: { selected: true, 'replication-method': 'FULL_TABLE' } }],
      },
    ],
  };
  const records = [{ client_id: accountId, table_name: 'pets', sequence: 1, action: 'upsert', key_names: ['id'], data: { id: 1 } }];
  const messages = [{ action: 'upsert', sequence: 1, data: { id: 1 } }];
  return {
    source,
    known: {
      source_id: pulled,
      'createToken.source_id': withToken[0]?.source_id ?? 0,
      'listTokens.source_id': source.sourceId,
      stream_id: stream.stream_id,
      destination_id: kept.id,
      client_id: accountId,
      type: 'platform.hubspot',
      'getDestinationType.type': 'postgres',
      hook_id: hook,
      email_id: email,
    },
    kept: {
      source_id: [source.sourceId, pulled, resting],
      token_id: [source.tokenId],
      destination_id: [own.id, kept.id],
      hook_id: [hook],
      email_id: [email],
    },
    requests: {
      listSourceTypes: [{}],
      getSourceType: [{ path: { type: 'platform.hubspot' } }],
      listSources: [{}],
      createSource: [
        { body: { type: 'import_api', display_name: 'Coffee' } },
        { body: { type: 'platform.hubspot', display_name: 'Pulled', properties: hubspot } },
      ],
      getSource: [{ path: ofImport }, { path: ofPulled }],
      updateSource: [
        { path: ofPulled, body: { display_name: 'Tea' } },
        { path: { source_id: resting }, body: { paused_at: '2026-11-01T00:00:00Z' } },
        { path: { source_id: resting }, body: { paused_at: null } },
      ],
      deleteSource: doomedSources.map((id) => ({ path: { source_id: id }, once: true })),
      createToken: withToken.map(({ source_id }) => ({ path: { source_id }, once: true })),
      listTokens: [{ path: ofImport }],
      revokeToken: withToken.map((path) => ({ path, once: true })),
      listStreams: [{ path: ofPulled }],
      getStream: [{ path: { ...ofPulled, stream_id: stream.stream_id } }],
      writeStreamMetadata: [{ path: ofPulled, body: chooseOrders }],
      listDestinationTypes: [{}],
      getDestinationType: [{ path: { type: 'postgres' } }],
      createDestination: [{ body: { type: 'postgres', name: 'Another', properties: postgres } }],
      listDestinations: [{}, { query: { destination_id: String(kept.id) } }],
      getDestination: [{ path: ofKept }],
      updateDestination: [{ path: ofKept, body: { name: 'Renamed', description: null } }],
      deleteDestination: doomed.map(({ id }) => ({ path: { destination_id: id }, once: true })),
      createDestinationV3: [{ body: { type: 'postgres', connection: { ...postgres, port: 9 } } }],
      listDestinationsV3: [{}],
      updateDestinationV3: [{ path: ofKept, body: { type: 'postgres', connection: { ...postgres, port: 9 } } }],
      getDestinationCheck: [{ path: ofKept }],
      stopJob: [{ path: ofPulled }],
      listExtractions: [{ path: ofAccount }, { path: ofAccount, query: { page: '1' } }],
      listLoads: [{ path: ofAccount }, { path: ofAccount, query: { page: '1' } }],
      createEphemeralToken: [{}],
      createPartnerAccount: Array.from({ length: 4 }, (_none, index) => ({
        body: { ...ofPartner, ...newOwner, email: `owner${index}@fern.example` },
        once: true,
      })),
      createCustomEmail: [{ body: { email_address: 'more@fern.example' } }],
      listCustomEmails: [{}],
      updateCustomEmail: [{ path: { email_id: email }, body: { disabled_at: '2026-11-01T00:00:00Z' } }],
      deleteCustomEmail: doomedEmails.map((id) => ({ path: { email_id: id }, once: true })),
      createHook: [{ body: { type: 'post_load', destination_id: own.id, config: { url: hookUrl } } }],
      listHooks: [{}],
      updateHook: [
        { path: { hook_id: hook }, body: { enable: false } },
        { path: { hook_id: hook }, body: { enable: true } },
      ],
      deleteHook: doomedHooks.map((id) => ({ path: { hook_id: id }, once: true })),
      push: [{ body: records }],
      validate: [{ body: records }],
      batch: [{ body: { table_name: 'pets', schema: { properties: { id: { type: 'integer' } } }, key_names: ['id'], messages } }],
      status: [{}],
    },
  };
}
