import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { encodeBatch } from '../batch/encode.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import { createLoadHost, type LoadHost } from './load-host.ts';
import type { LoadFailure } from './load-reports.ts';
import { createLoader, type Loader } from './loader.ts';
import type { LoadDestination } from './thread-messages.ts';

let directory: string;
let buffer: Buffer;
let host: LoadHost;
let loader: Loader;
let failures: LoadFailure[];
let bound: { binding: number; destination: LoadDestination };
let loseNextAck: boolean;

const warehouse = (id: number): LoadDestination => ({ id, kind: 'duckdb', file: join(directory, `warehouse-${id}.duckdb`) });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thimble-moves-'));
  buffer = await createEmbeddedBuffer({ directory: join(directory, 'buffer'), maxBytes: 2 ** 26 });
  host = createLoadHost();
  failures = [];
  bound = { binding: 0, destination: warehouse(1) };
  loseNextAck = false;
  const losing: Buffer = {
    ...buffer,
    get head() {
      return buffer.head;
    },
    ack: (claim, position) => {
      if (!loseNextAck) return buffer.ack(claim, position);
      loseNextAck = false;
      // The source moves away before the load, committed in the destination, is tried again.
      bound = { binding: 1, destination: warehouse(2) };
      return Promise.reject(new Error('lost'));
    },
  };
  loader = createLoader({
    buffer: losing,
    host,
    findRoute: (sourceId) => ({ accountId: 5, sourceId, schema: 's', ...bound }),
    reports: { recordLoad: () => undefined, recordFailure: (failure) => void failures.push(failure) },
    metrics: { countLoad: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  loader.start();
});

afterEach(async () => {
  await loader.stop();
  await host.close();
  await buffer.close();
  await rm(directory, { recursive: true, force: true });
});

/** One record of an append-only table, where a repeated load would show. */
async function append(id: number): Promise<void> {
  const payload = encodeBatch(buildBatch({ table: 't', keyNames: [], messages: [{ sequence: 1n, data: { id: BigInt(id) } }] }));
  await buffer.append({ sourceId: 1, receivedAt: 0, batches: [{ table: 't', records: 1, payload }] });
}

async function load(id: number): Promise<void> {
  await append(id);
  await loader.drain();
}

async function ids(warehouseId: number): Promise<number[]> {
  const { json } = await host.query(warehouse(warehouseId), 'SELECT id FROM s.t ORDER BY id');
  return (JSON.parse(new TextDecoder().decode(json)) as { id: number }[]).map(({ id }) => id);
}

function moveTo(id: number): void {
  bound = { binding: bound.binding + 1, destination: warehouse(id) };
}

describe('a source that moves to another destination', () => {
  it('starts clean there, and goes on where it was when it comes back', async () => {
    await load(1);
    moveTo(2);
    await load(2);
    moveTo(1);
    await load(3);
    await load(4);
    moveTo(2);
    await load(5);
    expect(await ids(1)).toEqual([1, 3, 4]);
    expect(await ids(2)).toEqual([2, 5]);
    expect(failures).toEqual([]);
  });

  it('doubles nothing when it comes back before a lost acknowledgement was repeated', async () => {
    loseNextAck = true;
    await append(1);
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    moveTo(1);
    loader.retryNow();
    await load(2);
    expect(bound.binding).toBe(2);
    expect(await ids(1)).toEqual([1, 2]);
    expect(failures).toMatchObject([{ type: 'transient', message: 'lost' }]);
    expect(buffer.backlog()).toEqual([]);
  });

  it('leaves a record whose acknowledgement was lost in both destinations rather than in none', async () => {
    loseNextAck = true;
    await append(1);
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    loader.retryNow();
    await loader.drain();
    expect([await ids(1), await ids(2)]).toEqual([[1], [1]]);
  });
});
