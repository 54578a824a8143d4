/** stitch-connect-client from PyPI (connect-api.md §13), changed in nothing but its base URL. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { send } from '../support/test-app.ts';
import { connectPrograms, pulledSource, startConnectSystem, type ConnectSystem } from './connect-system.ts';
import { describeClient } from './run-client.ts';

type Model = Readonly<Record<string, unknown>>;

const pick =
  (keys: readonly string[]) =>
  (model: Model): Model =>
    Object.fromEntries(keys.map((key) => [key, model[key]]));

describeClient(
  'stitch-connect-client',
  () => {
    let system: ConnectSystem;
    let sourceId: number;
    beforeAll(async () => {
      system = await startConnectSystem();
    });
    afterAll(() => system.stop());
    const run = (program: string, input?: unknown): Promise<unknown> =>
      connectPrograms(system, 'connect', 'stitch-connect-client-programs.py')(program, input);
    const getSource = (id: number): Promise<Model> => system.connect.call('getSource', { params: { source_id: id } });

    /** What the client's models keep of a source: all but the properties they do not know. */
    const known = pick(['id', 'type', 'name', 'display_name', 'stitch_client_id', 'paused_at', 'deleted_at', 'created_at', 'updated_at']);

    it('creates a source with plain properties, and reads and lists it', async () => {
      const made = (await run('create_source', { ...pulledSource, display_name: 'Shop DB' })) as Model;
      expect(made).toMatchObject({ name: 'shop_db', stitch_client_id: system.source.accountId });
      expect(made['report_card']).toMatchObject({
        type: 'platform.hp-postgres',
        current_step: 2,
        steps: [{ type: 'form' }, { type: 'discover_schema' }, { type: 'field_selection' }, { type: 'fully_configured' }],
      });
      sourceId = Number(made['id']);
      const stored = await getSource(sourceId);
      expect(stored).toMatchObject({ properties: { host: 'db.example.test', port: '5432', user: 'reader', dbname: 'shop', ssl: 'false' } });
      expect(known(stored)).toEqual(known(made));
      const { one, all } = (await run('read_sources', sourceId)) as { one: Model; all: Model[] };
      expect(one).toEqual(made);
      expect(all.map(known)).toEqual((await system.connect.call('listSources', {})).map(known));
    });

    it('creates a source with its own models in two steps, not in one: then they send the properties as destination_id too', async () => {
      const properties = { api_type: 'REST', select_fields_by_default: 'true', is_sandbox: 'false', start_date: '2031-01-01T00:00:00Z' };
      const secrets = { client_id: 'hunter2-app', client_secret: 'hunter2-secret', refresh_token: 'hunter2-refresh' };
      const all = { ...properties, instance_url: 'https://crm.example.test', frequency_in_minutes: '60' };
      const answers = (await run('create_source_with_models', { ...all, ...secrets })) as Record<'in_one' | 'created' | 'in_two', Model>;
      const message = expect.stringContaining('destination_id') as unknown;
      expect(answers.in_one).toEqual({ status: 400, body: { error: 'InvalidBody', data: { message } } });
      expect(answers.created).toMatchObject({ type: 'platform.salesforce', name: 'our_crm', report_card: { current_step: 1 } });
      expect(answers.in_two).toMatchObject({ properties: { ...all, client_id: null, client_secret: null, refresh_token: null } });
      const stored = await getSource(Number(answers.in_two['id']));
      expect(stored).toMatchObject({ properties: all, report_card: { current_step_type: 'discover_schema' } });
      expect(JSON.stringify([answers, stored])).not.toContain('hunter2');
      const secretsKept = 'SELECT property FROM connection_secret WHERE connection_id = ? ORDER BY property';
      expect(system.store(secretsKept, Number(stored['id']))).toEqual(Object.keys(secrets).map((property) => ({ property })));
    });

    it('renames, pauses and unpauses a source', async () => {
      const [renamed, paused, unpaused] = (await run('change_source', sourceId)) as Model[];
      expect(renamed).toMatchObject({ display_name: 'Shop of 2031', name: 'shop_db', properties: { frequency_in_minutes: '30' } });
      expect(paused).toMatchObject({ paused_at: '2031-04-02T09:00:00Z' });
      expect(unpaused).toMatchObject({ display_name: 'Shop of 2031', paused_at: null });
      const stored = await getSource(sourceId);
      expect(known(stored)).toEqual(known(unpaused ?? {}));
      expect(stored['properties']).toMatchObject({ frequency_in_minutes: '30', host: 'db.example.test' });
    });

    it('reads the card of every source type', async () => {
      const cards = (await run('source_types')) as Model[];
      const ours = await system.connect.call('listSourceTypes', {});
      expect(cards.map(({ type }) => type)).toEqual(ours.map(({ type }) => type));
      const shown = (all: readonly Model[]): unknown[] =>
        all.map((card) => {
          const { access, pricing_tier, pipeline_state, protocol } = card['details'] as Model;
          const steps = (card['steps'] ?? []) as { type: string; properties: { name: string }[] }[];
          return {
            access,
            pricing_tier,
            pipeline_state,
            protocol,
            steps: steps.map((step) => [step.type, step.properties.map(({ name }) => name)]),
          };
        });
      expect(shown(cards)).toEqual(shown(ours));
    });

    it('reads the connection check of a source, and that there is none before the first', async () => {
      expect(await run('last_connection_check', sourceId)).toMatchObject({ status: 404, body: { error: 'NotFound' } });
      const name = system.leaveConnectionCheck(sourceId);
      expect(await run('last_connection_check', sourceId)).toEqual({
        name,
        mode: 'check',
        status: 'succeeded',
        start_time: '2031-04-02T09:00:00Z',
        completion_time: '2031-04-02T09:00:07Z',
        error: false,
        check_exit_status: 0,
        discovery_exit_status: 0,
        discovery_error_message: null,
        tap_exit_status: null,
        tap_error_message: null,
        target_exit_status: null,
        target_error_message: null,
      });
    });

    it('lists the streams of an uploaded catalog with their schemas', async () => {
      await system.discover(sourceId);
      const { streams, schemas } = (await run('read_streams', sourceId)) as { streams: Model[]; schemas: Record<string, Model> };
      const ours = await system.connect.call('listStreams', { params: { source_id: sourceId } });
      const identity = pick(['stream_id', 'tap_stream_id', 'stream_name', 'selected']);
      expect(streams.map(identity)).toEqual(ours.map(identity));
      expect(streams.map(({ metadata }) => metadata)).toMatchObject([
        { forced_replication_method: 'INCREMENTAL', valid_replication_keys: ['versionTimestamp'], selected: null },
        { database_name: 'shop', schema_name: 'public', row_count: 12, is_view: false, table_key_properties: ['id'], selected: null },
        { is_view: true, table_key_properties: [] },
      ]);
      const orders = schemas['orders'] ?? {};
      expect(Object.keys((JSON.parse(String(orders['schema'])) as { properties: object }).properties)).toEqual([
        'id',
        'note',
        'updated_at',
        'shape',
        'discount',
      ]);
      expect(orders['non_discoverable_metadata_keys']).toEqual([
        'selected',
        'replication-method',
        'replication-key',
        'view-key-properties',
      ]);
      expect(orders['metadata']).toContainEqual({
        breadcrumb: ['properties', 'shape'],
        metadata: expect.objectContaining({ inclusion: 'unsupported', sql_datatype: 'polygon', selected_by_default: false }),
      });
    });

    it('selects a stream and its fields, sending the stream with them', async () => {
      const replication = { replication_method: 'INCREMENTAL', replication_key: 'updated_at' };
      expect(await run('select_stream', [sourceId, 'orders', replication, { note: false, discount: true }])).toBeNull();
      const params = { source_id: sourceId };
      const orders = (await system.connect.call('listStreams', { params })).find(({ stream_name }) => stream_name === 'orders');
      expect(orders).toMatchObject({
        selected: true,
        metadata: { selected: true, 'replication-method': 'INCREMENTAL', 'replication-key': 'updated_at' },
      });
      const { metadata } = await system.connect.call('getStream', { params: { ...params, stream_id: Number(orders?.stream_id) } });
      const ofFields = Object.fromEntries(metadata.map((entry) => [entry.breadcrumb.at(-1) ?? '', entry.metadata['selected']]));
      expect(ofFields).toEqual({ '': true, id: null, note: false, updated_at: null, shape: null, discount: true });
      expect(await getSource(sourceId)).toMatchObject({ report_card: { current_step_type: 'fully_configured' } });
      // Nothing of what is refused is taken.
      const refused = await run('select_stream', [sourceId, 'contacts', {}, { vid: true, nothing: true }]);
      expect(refused).toEqual({ status: 400, body: { invalid_fields: expect.any(String) } });
      const contacts = (await system.connect.call('listStreams', { params }))[0];
      expect(contacts).toMatchObject({ stream_name: 'contacts', selected: null });
    });

    it('is told that no tap can be run, and of a job that runs already', async () => {
      expect(await run('start_replication', sourceId)).toEqual({
        status: 400,
        body: { error: { type: 'generic', message: expect.stringContaining('cannot run the tap') } },
      });
      system.leaveRunningJob(sourceId);
      expect(await run('start_replication', sourceId)).toEqual({
        error: { type: 'already_running', message: expect.stringContaining('runs already') },
      });
    });

    it('deletes a source once', async () => {
      const [deleted, again] = (await run('delete_source', sourceId)) as Model[];
      expect(deleted).toMatchObject({ id: sourceId, deleted_at: expect.stringMatching(/Z$/) });
      expect(again).toMatchObject({ status: 400, body: { error: 'InvalidId' } });
      expect(known(await getSource(sourceId))).toEqual(known(deleted ?? {}));
    });

    it('reads the card of every destination type', async () => {
      const cards = (await run('destination_types')) as Model[];
      const ours = await system.connect.call('listDestinationTypes', {});
      expect(cards).toMatchObject(ours.map(({ type, current_step, details: { access } }) => ({ type, current_step, details: { access } })));
    });

    it('cannot list destinations while one is of type duckdb, which its model does not know, but can delete it', async () => {
      const [warehouse] = await system.connect.call('listDestinations', {});
      expect(warehouse?.type).toBe('duckdb');
      expect(await run('list_destinations')).toEqual({ unreadable: expect.stringContaining('Invalid value for `type` (duckdb)') });
      expect(await run('delete_destination', warehouse?.id)).toBeNull();
      expect(await run('list_destinations')).toEqual([]);
      expect(await getSource(system.source.sourceId)).toMatchObject({ system_paused_at: expect.any(String) });
    });

    it('creates, lists, changes and deletes a PostgreSQL destination, which records then reach', async () => {
      const postgres: PostgresServer = await startPostgres();
      try {
        await postgres.createDatabase('first');
        await postgres.createDatabase('reports');
        const properties = { host: postgres.host, port: postgres.port, database: 'first', username: 'postgres' };
        const made = (await run('create_destination', {
          type: 'postgres',
          properties: { ...properties, password: 'hunter2', ssl: false, encryption_type: 'none' },
        })) as Model;
        expect(made).toMatchObject({ type: 'postgres', properties: { database: 'first' }, report_card: { current_step: 2 } });
        // Its model takes the id for text.
        const id = Number(made['id']);
        expect(await run('list_destinations')).toEqual([made]);

        // The client sends the properties alone.
        expect(await run('update_destination', [id, { database: 'reports' }])).toMatchObject({ properties: { database: 'reports' } });
        const params = { destination_id: id };
        expect(await system.connect.call('getDestination', { params })).toMatchObject({
          properties: { database: 'reports', host: postgres.host, username: 'postgres' },
        });
        await vi.waitFor(
          async () =>
            expect(await system.connect.call('getDestinationCheck', { params })).toMatchObject({ status: 'succeeded', error: false }),
          30_000,
        );

        const { token, accountId, schema, sourceId: pushed } = system.source;
        expect(await getSource(pushed)).toMatchObject({ mapped_destination_ids: [id], system_paused_at: null });
        const record = { client_id: accountId, table_name: 'orders', key_names: ['id'], action: 'upsert', sequence: 1, data: { id: 7 } };
        expect((await send(system.url, 'POST', '/v2/import/push', { token, body: [record] })).status).toBe(201);
        await vi.waitFor(
          async () => expect(await postgres.query(`SELECT id FROM ${schema}.orders`, 'reports')).toEqual([{ id: '7' }]),
          60_000,
        );

        expect(await run('delete_destination', id)).toBeNull();
        expect(await run('list_destinations')).toEqual([]);
        const again = await run('delete_destination', id);
        expect(again).toMatchObject({ status: 400, body: expect.any(String) });
      } finally {
        await postgres.stop();
      }
    });
  },
  'connect',
);
