/** target-stitch from PyPI (import-api.md §12.2, client 4): Singer streams through an unmodified target, checked as rows. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeClient, runClient, type ClientRun } from './run-client.ts';
import { startWarehouseSystem, type WarehouseSystem } from './warehouse-system.ts';

type Message = Readonly<Record<string, unknown>> | string;

const schema = (stream: string, properties: object, keys: readonly string[] = ['id'], rest: object = {}): Message => ({
  type: 'SCHEMA',
  stream,
  schema: { type: 'object', properties },
  key_properties: keys,
  ...rest,
});
const record = (stream: string, data: object, rest: object = {}): Message => ({ type: 'RECORD', stream, record: data, ...rest });
const state = (value: object): Message => ({ type: 'STATE', value });
const integer = { type: ['null', 'integer'] };

describeClient('target-stitch', () => {
  let system: WarehouseSystem;
  beforeAll(async () => {
    system = await startWarehouseSystem();
  });
  afterAll(() => system.stop());

  async function run(
    messages: readonly Message[],
    { token = system.source.token, args = [] }: { token?: string; args?: readonly string[] } = {},
  ): Promise<ClientRun> {
    const config = join(tmpdir(), `thimble-target-${randomUUID()}.json`);
    onTestFinished(() => rmSync(config, { force: true }));
    const url = new URL('/v2/import/batch', system.url).href;
    writeFileSync(
      config,
      JSON.stringify({
        client_id: system.source.accountId,
        token,
        small_batch_url: url,
        big_batch_url: url,
        batch_size_preferences: {},
        disable_collection: true,
      }),
    );
    const input = messages.map((message) => `${typeof message === 'string' ? message : JSON.stringify(message)}\n`).join('');
    return runClient('target-stitch', ['--config', config, ...args], { input });
  }
  /** Runs the target to success and returns the states it emitted. */
  async function load(messages: readonly Message[], args: readonly string[] = []): Promise<unknown[]> {
    const { exitCode, stdout, stderr } = await run(messages, { args });
    expect(exitCode, stderr).toBe(0);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  }

  it('loads a keyed stream: date-times, 38-digit decimals, bookmarks, extraction times, the latest record per key', async () => {
    const amount = '12345678901234567890123456.123456789012';
    const columns = {
      id: { type: ['integer'] },
      seen_at: { anyOf: [{ type: 'null' }, { type: 'string', format: 'date-time' }] },
      amount: { type: ['null', 'number'], multipleOf: 1e-12 },
      ratio: { type: ['null', 'number'] },
      name: { type: ['null', 'string'] },
      address: { type: ['null', 'object'], properties: { city: { type: 'string' } } },
      tags: { type: ['null', 'array'], items: { type: 'string' } },
    };
    const states = await load([
      schema('orders', columns, ['id'], { bookmark_properties: ['seen_at'] }),
      `{"type":"RECORD","stream":"orders","time_extracted":"2024-05-06T07:08:09.123456Z","record":{"id":1,"seen_at":"2024-01-02T03:04:05.678Z","amount":${amount},"ratio":15,"name":"Bö 😀","address":{"city":"Ås"},"tags":["a","b"]}}`,
      record('orders', { id: 2, seen_at: null, amount: null, name: 'old' }),
      record('orders', { id: 2, seen_at: '2024-01-02T03:04:05+01:00', name: 'new' }),
      state({ bookmarks: { orders: '2024-01-02' } }),
    ]);
    expect(states).toEqual([{ bookmarks: { orders: '2024-01-02' } }]);
    expect(
      await system.select(`SELECT id, seen_at::VARCHAR AS seen_at, amount::VARCHAR AS amount, typeof(amount) AS amount_type, typeof(ratio) AS ratio_type, ratio, name,
        address__city, _sdc_extracted_at::VARCHAR AS extracted_at, length(_sdc_sequence::VARCHAR) AS digits FROM shop.orders ORDER BY id`),
    ).toEqual([
      {
        id: 1,
        seen_at: '2024-01-02 03:04:05.678',
        amount,
        amount_type: 'DECIMAL(38,12)',
        ratio_type: 'DOUBLE',
        ratio: 15,
        name: 'Bö 😀',
        address__city: 'Ås',
        extracted_at: '2024-05-06 07:08:09.123456',
        digits: 19,
      },
      {
        id: 2,
        seen_at: '2024-01-02 02:04:05',
        amount: null,
        amount_type: 'DECIMAL(38,12)',
        ratio_type: 'DOUBLE',
        ratio: null,
        name: 'new',
        address__city: null,
        extracted_at: null,
        digits: 19,
      },
    ]);
    expect(await system.select('SELECT _sdc_level_0_id AS level, value FROM shop.orders__tags ORDER BY level')).toEqual([
      { level: 0, value: 'a' },
      { level: 1, value: 'b' },
    ]);
  });

  it('updates and appends over several runs, and keeps every row of a stream without keys', async () => {
    const stream = [schema('people', { id: integer, name: { type: 'string' } }), schema('events', { kind: { type: 'string' } }, [])];
    await load([
      ...stream,
      record('people', { id: 1, name: 'Ann' }),
      record('people', { id: 2, name: 'Bob' }),
      record('events', { kind: 'click' }),
    ]);
    await load([...stream, record('people', { id: 2, name: 'Bea' }), record('events', { kind: 'click' })]);
    expect(await system.select('SELECT id, name FROM shop.people ORDER BY id')).toEqual([
      { id: 1, name: 'Ann' },
      { id: 2, name: 'Bea' },
    ]);
    expect(await system.select('SELECT kind FROM shop.events')).toEqual([{ kind: 'click' }, { kind: 'click' }]);
  });

  it('delivers a versioned stream with activations before and after its rows, each row with its version', async () => {
    const version = 1_700_000_000_000;
    const activate: Message = { type: 'ACTIVATE_VERSION', stream: 'full', version };
    const rows = [1, 2, 3].map((id) => record('full', { id }, { version }));
    expect(await load([schema('full', { id: integer }), activate, ...rows, activate, state({ full: version })])).toEqual([
      { full: version },
    ]);
    expect(await system.select('SELECT id, _sdc_table_version AS version FROM shop.full ORDER BY id')).toEqual(
      [1, 2, 3].map((id) => ({ id, version })),
    );
  });

  it('delivers 45,000 records in several batches and emits the last state', async () => {
    const number = { type: 'integer' };
    const text = { type: 'string', maxLength: 40 };
    const records = Array.from({ length: 45_000 }, (_, id) => record('many', { id, name: `number ${id}`, note: 'x'.repeat(id % 40) }));
    const states = await load([schema('many', { id: number, name: text, note: text }), ...records, state({ last: 45_000 })]);
    expect(states).toEqual([{ last: 45_000 }]);
    expect(
      await system.select(
        "SELECT count(*) AS n, count(DISTINCT id) AS ids, count_if(name = 'number ' || id AND length(note) = id % 40) AS whole FROM shop.many",
      ),
    ).toEqual([{ n: 45_000, ids: 45_000, whole: 45_000 }]);
  });

  it('delivers a batch of nearly 20 MB', async () => {
    const records = Array.from({ length: 190 }, (_, id) => record('big', { id, text: 'x'.repeat(100_000) }));
    await load([schema('big', { id: integer, text: { type: 'string' } }), ...records], ['--max-batch-bytes', '20000000']);
    expect(await system.select('SELECT count(*) AS n, sum(length(text))::BIGINT AS letters FROM shop.big')).toEqual([
      { n: 190, letters: 19_000_000 },
    ]);
  });

  describe('when the server refuses', () => {
    const oneByOne = ['--max-batch-records', '1'];

    it('shows our message for a record that breaks its schema, and emits no state beyond what was stored before it', async () => {
      const { exitCode, stdout, stderr } = await run(
        [
          schema('checked', { id: { type: 'integer' }, name: { type: 'string' } }),
          record('checked', { id: 1, name: 'good' }),
          state({ stored: 1 }),
          record('checked', { id: 2, name: 'good' }),
          record('checked', { id: 3, name: 7 }),
          state({ stored: 3 }),
        ],
        { args: oneByOne },
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        "Error persisting data to Stitch: 400: {'error': 'Record 0 did not conform to schema:\\n#/name: expected type: String, found: Integer",
      );
      expect(stdout).toBe('{"stored": 1}\n');
      expect(await system.select('SELECT id FROM shop.checked ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    });

    it('shows our message for a key that is missing', async () => {
      const { exitCode, stdout, stderr } = await run([schema('keyless', { id: integer }), record('keyless', {}), state({ stored: 1 })]);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toContain("Error persisting data to Stitch: 400: {'error': 'Record is missing key property id'}");
    });

    it('shows that its token is revoked, emits no state, and nothing is stored', async () => {
      const { exitCode, stdout, stderr } = await run(
        [schema('refused', { id: integer }), record('refused', { id: 1 }), state({ stored: 1 })],
        {
          token: await system.revokedToken(),
        },
      );
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toContain("Error persisting data to Stitch: 401: {'message': 'Not Authorized'}");
      expect(await system.select("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'refused'")).toEqual([{ n: 0 }]);
    });
  });
});
