import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { encodeBatch } from '../batch/encode.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import { BufferFullError } from '../buffer/errors.ts';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import { DestinationUnusableError, TransientError } from '../sinks/errors.ts';
import type { RejectState } from '../sinks/sink.ts';
import type { LoadHost } from './load-host.ts';
import { createLoadHost } from './load-host.ts';
import { createLoader } from './loader.ts';
import type { Rejects } from './rejects.ts';
import { createRejects } from './rejects.ts';
import type { Route } from './schedule.ts';

type Data = { readonly [key: string]: RecordValue };

let directory: string;
let buffer: Buffer;
let host: LoadHost;
let settings: LoadingSettings;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thimble-rejects-'));
  buffer = await createEmbeddedBuffer({ directory: join(directory, 'buffer'), maxBytes: 2 ** 26 });
  host = createLoadHost({ idleMs: 1000 });
  settings = { schemaDrift: 'reject', onDelete: 'soft' };
});

afterEach(async () => {
  await host.close();
  await buffer.close();
  await rm(directory, { recursive: true, force: true });
});

function findRoute(sourceId: number): Route | undefined {
  if (sourceId > 2) return undefined;
  const destination = { id: 8, kind: 'duckdb', file: join(directory, 'warehouse.duckdb') } as const;
  return { accountId: 5, sourceId, schema: `source_${sourceId}`, binding: 0, destination, settings };
}

const rejectsOf = (parts: { buffer?: Pick<Buffer, 'append'>; host?: Pick<LoadHost, 'listRejects' | 'markRejects'> } = {}): Rejects =>
  createRejects({ buffer, host, findRoute, clock: Date.now, ...parts });

/** Takes records in, one request each, with rising sequences, and loads everything that waits. */
async function load(
  sourceId: number,
  table: string,
  keyNames: readonly string[],
  ...records: readonly (readonly [bigint, Data])[]
): Promise<void> {
  for (const [sequence, data] of records) {
    const payload = encodeBatch(buildBatch({ table, keyNames, messages: [{ sequence, data }] }));
    await buffer.append({ sourceId, receivedAt: Date.now(), batches: [{ table, records: 1, payload }] });
  }
  await drain();
}

async function drain(): Promise<void> {
  const loader = createLoader({
    buffer,
    host,
    findRoute,
    reports: { recordLoad: () => undefined, recordFailure: ({ message }) => Promise.reject(new Error(message)) },
    metrics: { countLoad: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: ({ reason }: { reason?: string }) => expect(reason).toBeUndefined() },
  });
  loader.start();
  await loader.drain();
  await loader.stop();
  expect(buffer.backlog()).toEqual([]);
}

async function replayAll(
  rejects: Rejects,
  options: { table?: string; uncertain?: boolean } = {},
): Promise<{ replayed: number; uncertain: number; damaged: number; parts: number }> {
  const sum = { replayed: 0, uncertain: 0, damaged: 0, parts: 0 };
  for (let next: Awaited<ReturnType<Rejects['replay']>>['next'], more = true; more; more = next !== undefined) {
    const part = await rejects.replay(1, { table: options.table, uncertain: options.uncertain ?? false, next });
    sum.replayed += part.replayed;
    sum.uncertain += part.uncertain;
    sum.damaged += part.damaged;
    sum.parts += 1;
    next = part.next;
  }
  return sum;
}

const page = { table: undefined, state: undefined, order: 'oldest', after: undefined, limit: 1000, records: true } as const;
const states = async (): Promise<RejectState[]> => (await rejectsOf().list(1, page)).map(({ state }) => state);

async function rows(sql: string): Promise<unknown[]> {
  const { json } = await host.query(findRoute(1)?.destination ?? { id: 0, kind: 'duckdb', file: '' }, sql);
  return JSON.parse(new TextDecoder().decode(json)) as unknown[];
}

describe('rejects', () => {
  it('are listed with their records to the digit, per source and table', async () => {
    await load(
      1,
      'Orders!',
      ['id'],
      [1n, { id: 1n, v: 1n }],
      [2n, { id: 2n, v: 15.0, n: 9007199254740993n }],
      [3n, { id: 3n, ['c'.repeat(252)]: 1n }],
    );
    await load(2, 'other', [], [1n, { a: 2n ** 64n }]);
    const listed = await rejectsOf().list(1, page);
    expect(listed).toMatchObject([
      {
        root: 'Orders!',
        table: 'Orders',
        scope: 'record',
        sequence: 2n,
        state: 'rejected',
        record: '{"id":2,"v":15.0,"n":9007199254740993}',
      },
      { root: 'Orders!', scope: 'column', reason: expect.stringContaining('is too long for DuckDB') },
    ]);
    expect(listed.every(({ payload }) => payload === undefined)).toBe(true);
    expect(await rejectsOf().list(1, { ...page, table: 'Orders' })).toHaveLength(2);
    expect(await rejectsOf().list(1, { ...page, table: 'none' })).toEqual([]);
    expect((await rejectsOf().list(2, { ...page, records: false })).map(({ record, reason }) => [record, reason])).toEqual([
      [undefined, 'integer out of range for DuckDB on 18446744073709551616'],
    ]);
  });

  it('of a source without a destination cannot be read, and that is said', async () => {
    await expect(rejectsOf().list(3, page)).rejects.toThrow(DestinationUnusableError);
    await expect(rejectsOf().replay(3, { table: undefined, uncertain: false, next: undefined })).rejects.toThrow(
      'Source 3 has no destination',
    );
  });
});

describe('a replay', () => {
  it('loads what can be loaded by now under its own sequence: a newer row wins, an older one gives way', async () => {
    await load(
      1,
      't',
      ['id'],
      [10n, { id: 1n, v: 1n }],
      [20n, { id: 1n, v: 'newer?' }],
      [20n, { id: 2n, v: 'x' }],
      [30n, { id: 3n, v: 'x' }],
    );
    await load(1, 't', ['id'], [40n, { id: 3n, v: 3n }]);
    expect(await states()).toEqual(['rejected', 'rejected', 'rejected']);
    settings = { ...settings, schemaDrift: 'split' };
    expect(await replayAll(rejectsOf())).toEqual({ replayed: 3, uncertain: 0, damaged: 0, parts: 2 });
    await drain();
    expect(await rows('SELECT id, v__bi, v__st, _sdc_sequence AS q FROM source_1.t ORDER BY id')).toEqual([
      { id: 1, v__bi: null, v__st: 'newer?', q: 20 },
      { id: 2, v__bi: null, v__st: 'x', q: 20 },
      { id: 3, v__bi: 3, v__st: null, q: 40 },
    ]);
    expect(await states()).toEqual(['replayed', 'replayed', 'replayed']);
    expect(await replayAll(rejectsOf())).toEqual({ replayed: 0, uncertain: 0, damaged: 0, parts: 1 });
  });

  it('ends although all of it is rejected again; those are new rejects', async () => {
    await load(1, 't', ['id'], [1n, { id: 1n, n: 2n ** 64n }], [2n, { id: 2n, n: 2n ** 64n }]);
    expect(await replayAll(rejectsOf())).toMatchObject({ replayed: 2 });
    await drain();
    expect(await states()).toEqual(['replayed', 'replayed', 'rejected', 'rejected']);
    const listed = await rejectsOf().list(1, page);
    expect(listed.map(({ record, sequence }) => [record, sequence]).slice(2)).toEqual(
      listed.map(({ record, sequence }) => [record, sequence]).slice(0, 2),
    );
  });

  it('sends only the table asked for, and no record that loaded without a column', async () => {
    await load(1, 'a', ['id'], [1n, { id: 1n, ['c'.repeat(252)]: 1n }], [2n, { id: 2n, n: 2n ** 64n }]);
    await load(1, 'b', ['id'], [1n, { id: 1n, n: 2n ** 64n }]);
    expect(await replayAll(rejectsOf(), { table: 'a' })).toMatchObject({ replayed: 1 });
    expect(await states()).toEqual(['rejected', 'replayed', 'rejected']);
  });

  it('goes through thousands in parts', { timeout: 60_000 }, async () => {
    const messages = Array.from({ length: 2500 }, (_, id) => ({ sequence: BigInt(id), data: { id: BigInt(id), n: 2n ** 64n } }));
    const payload = encodeBatch(buildBatch({ table: 't', keyNames: ['id'], messages }));
    await buffer.append({ sourceId: 1, receivedAt: 0, batches: [{ table: 't', records: 2500, payload }] });
    await drain();
    expect(await replayAll(rejectsOf())).toEqual({ replayed: 2500, uncertain: 0, damaged: 0, parts: 4 });
    expect(buffer.backlog()).toMatchObject([{ table: 't', batches: 2500 }]);
  });

  it.each([
    ['before the append', { replayed: 1, inBuffer: 1 }],
    ['after the append', { replayed: 1, inBuffer: 2 }],
  ] as const)('that dies %s leaves it uncertain: nothing is sent twice unless asked for', async (when, expected) => {
    await load(1, 'log', [], [1n, { n: 2n ** 64n }]);
    const dying =
      when === 'before the append'
        ? rejectsOf({ buffer: { append: () => Promise.reject(new Error('killed')) } })
        : rejectsOf({
            host: {
              listRejects: (...call) => host.listRejects(...call),
              markRejects: (destination, change) =>
                change.to === 'replayed' ? Promise.reject(new Error('killed')) : host.markRejects(destination, change),
            },
          });
    await expect(replayAll(dying)).rejects.toThrow('killed');
    expect(await states()).toEqual(['replaying']);
    expect(await replayAll(rejectsOf())).toMatchObject({ replayed: 0, uncertain: 1 });
    const sent = buffer.backlog().reduce((sum, { batches }) => sum + batches, 0);
    expect(sent).toBe(expected.inBuffer - 1);
    expect(await replayAll(rejectsOf(), { uncertain: true })).toMatchObject({ replayed: expected.replayed, uncertain: 0 });
    expect(buffer.backlog()).toMatchObject([{ table: 'log', batches: expected.inBuffer }]);
    expect(await states()).toEqual(['replayed']);
  });

  it('that finds the buffer full has sent nothing, and says so', async () => {
    await load(1, 'log', [], [1n, { n: 2n ** 64n }]);
    const full = rejectsOf({ buffer: { append: () => Promise.reject(new BufferFullError('total')) } });
    await expect(replayAll(full)).rejects.toThrow(BufferFullError);
    expect(await states()).toEqual(['rejected']);
    expect(await replayAll(rejectsOf())).toMatchObject({ replayed: 1 });
  });

  it('leaves alone what the owner of the destination damaged, and sends the rest', async () => {
    await load(1, 'log', [], ...[1n, 2n, 3n, 4n].map((id) => [id, { id, n: 2n ** 64n }] as const));
    await host.close();
    const instance = await DuckDBInstance.create(join(directory, 'warehouse.duckdb'));
    const connection = await instance.connect();
    for (const change of ["payload = 'no base64'", 'payload = left(payload, 40)', "root = 'other'"].entries())
      await connection.run(`UPDATE _thimble.reject SET ${change[1]} WHERE id = ${change[0] + 1}`);
    connection.closeSync();
    instance.closeSync();
    host = createLoadHost();
    const listed = await rejectsOf().list(1, page);
    expect(listed.map(({ record }) => record)).toEqual([undefined, undefined, undefined, '{"id":4,"n":18446744073709551616}']);
    expect(await replayAll(rejectsOf())).toMatchObject({ replayed: 1, damaged: 3 });
    expect(buffer.backlog()).toMatchObject([{ table: 'log', batches: 1 }]);
    expect(await states()).toEqual(['rejected', 'rejected', 'rejected', 'replayed']);
  });

  it('that cannot mark sends nothing', async () => {
    await load(1, 'log', [], [1n, { n: 2n ** 64n }]);
    const held = rejectsOf({
      host: {
        listRejects: (...call) => host.listRejects(...call),
        markRejects: () => Promise.reject(new TransientError('The warehouse file is opened by process 1.')),
      },
    });
    await expect(replayAll(held)).rejects.toThrow(TransientError);
    expect(buffer.backlog()).toEqual([]);
    expect(await states()).toEqual(['rejected']);
  });

  it('does not mistake for uncertain what another one is sending', async () => {
    await load(1, 'log', [], [1n, { n: 2n ** 64n }], [2n, { n: 2n ** 64n }]);
    const rejects = rejectsOf();
    const request = { table: undefined, next: undefined };
    const parts = await Promise.all([
      rejects.replay(1, { ...request, uncertain: false }),
      rejects.replay(1, { ...request, uncertain: true }),
    ]);
    expect(parts.map(({ replayed, uncertain }) => [replayed, uncertain])).toEqual([
      [2, 0],
      [0, 0],
    ]);
    expect(buffer.backlog()).toMatchObject([{ batches: 2 }]);
  });
});
