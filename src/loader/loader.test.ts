import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { encodeBatch } from '../batch/encode.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import { ConnectionLostError, DestinationUnusableError, OutOfMemoryError, TransientError } from '../sinks/errors.ts';
import type { LoadHost } from './load-host.ts';
import { createLoadHost } from './load-host.ts';
import type { LoadFailure, LoadReport } from './load-reports.ts';
import type { Loader, LoaderOptions } from './loader.ts';
import { createLoader } from './loader.ts';
import type { Route } from './schedule.ts';

type Data = { readonly [key: string]: RecordValue };

let directory: string;
let buffer: Buffer;
let host: LoadHost;
let loader: Loader | undefined;
let reports: LoadReport[];
let failures: LoadFailure[];
let clockMs: number;

const openBuffer = (): Promise<Buffer> => createEmbeddedBuffer({ directory: join(directory, 'buffer'), maxBytes: 2 ** 26 });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thimble-loader-'));
  buffer = await openBuffer();
  host = createLoadHost({ idleMs: 1000 });
  loader = undefined;
  reports = [];
  failures = [];
  clockMs = Date.UTC(2024, 4, 1);
});

afterEach(async () => {
  await loader?.stop();
  await host.close();
  await buffer.close();
  await rm(directory, { recursive: true, force: true });
});

/** Sources 1 and 2 load into one warehouse, source 3 into another; others have no destination. */
function findRoute(sourceId: number): Route | undefined {
  if (sourceId > 3) return undefined;
  const id = sourceId === 3 ? 9 : 8;
  return {
    accountId: 5,
    sourceId,
    schema: `source_${sourceId}`,
    binding: 0,
    destination: { id, kind: 'duckdb', file: join(directory, `warehouse-${id}.duckdb`) },
  };
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function startLoader(options: Partial<LoaderOptions> = {}, clock: Pick<LoaderOptions, 'clock'> = { clock: () => clockMs }): Loader {
  loader = createLoader({
    buffer,
    host,
    findRoute,
    reports: { recordLoad: (report) => void reports.push(report), recordFailure: (failure) => void failures.push(failure) },
    metrics: { countLoad: () => undefined },
    log: silent,
    ...clock,
    ...options,
  });
  loader.start();
  return loader;
}

async function append(sourceId: number, table: string, keyNames: readonly string[], ...records: readonly Data[]): Promise<void> {
  const messages = records.map((data, index) => ({ sequence: BigInt(index + 1), data }));
  const payload = encodeBatch(buildBatch({ table, keyNames, messages }));
  await buffer.append({ sourceId, receivedAt: clockMs, batches: [{ table, records: records.length, payload }] });
}

async function rows(sourceId: number, sql: string): Promise<unknown[]> {
  const route = findRoute(sourceId);
  if (route === undefined) throw new RangeError('The source has no destination.');
  const { json } = await host.query(route.destination, sql);
  return JSON.parse(new TextDecoder().decode(json)) as unknown[];
}

describe('the loader', () => {
  it('loads what is appended, acknowledges it and reports it', async () => {
    startLoader();
    await append(1, 'users', ['id'], { id: 1n, name: 'Ann' }, { id: 2n, name: 'Bo', x__st: 1n });
    await append(2, 'users', ['id'], { id: 1n });
    await loader?.drain();
    expect(await rows(1, 'SELECT id, name FROM source_1.users')).toEqual([{ id: 1, name: 'Ann' }]);
    expect(await rows(2, 'SELECT id FROM source_2.users')).toEqual([{ id: 1 }]);
    expect(buffer.backlog()).toEqual([]);
    expect(buffer.usage().pendingBytes).toBe(0);
    expect(
      reports
        .map(({ sourceId, table, loaded, counts }) => ({ sourceId, table, loaded, counts }))
        .toSorted((a, b) => a.sourceId - b.sourceId),
    ).toEqual([
      { sourceId: 1, table: 'users', loaded: { users: 1 }, counts: { received: 2, rejected: 1, superseded: 0, replacedSurrogates: 0 } },
      { sourceId: 2, table: 'users', loaded: { users: 1 }, counts: { received: 1, rejected: 0, superseded: 0, replacedSurrogates: 0 } },
    ]);
    expect(failures).toEqual([]);
  });

  it('loads a lone request without being asked', async () => {
    const loaded = Promise.withResolvers<LoadReport>();
    startLoader({
      clock: Date.now,
      reports: { recordLoad: (report) => loaded.resolve(report), recordFailure: (failure) => loaded.reject(new Error(failure.message)) },
    });
    await append(1, 'lone', ['id'], { id: 1n });
    expect((await loaded.promise).table).toBe('lone');
  });

  it('takes many waiting requests in one window', async () => {
    for (let id = 0n; id < 50n; id += 1n) await append(1, 'many', ['id'], { id });
    startLoader();
    await loader?.drain();
    expect(reports).toHaveLength(1);
    expect(await rows(1, 'SELECT count(*) AS n FROM source_1.many')).toEqual([{ n: 50 }]);
  });

  it('keeps the data of a source without a destination', async () => {
    await append(4, 'kept', ['id'], { id: 1n });
    startLoader();
    await loader?.drain();
    expect(buffer.backlog()).toMatchObject([{ sourceId: 4, table: 'kept', batches: 1, claimed: false }]);
  });

  it('lets a stopped table hold up nobody, keeps its data and tries again when told', async () => {
    await append(1, 'k', ['id'], { id: 1n, v: 1n });
    startLoader();
    await loader?.drain();
    await append(1, 'k', ['id', 'v'], { id: 1n, v: 1n });
    await append(1, 'neighbour', ['id'], { id: 1n });
    await loader?.drain();
    expect(failures).toMatchObject([
      { sourceId: 1, table: 'k', type: 'table_stopped', message: expect.stringContaining('do not match Primary Keys') },
    ]);
    expect(await rows(1, 'SELECT id FROM source_1.neighbour')).toEqual([{ id: 1 }]);
    expect(buffer.backlog()).toMatchObject([{ sourceId: 1, table: 'k', claimed: false }]);
    await loader?.drain();
    expect(failures).toHaveLength(1);
    loader?.retryNow();
    await loader?.drain();
    expect(failures).toHaveLength(2);
    clockMs += 60_000;
    await loader?.drain();
    expect(failures).toHaveLength(3);
  });

  it('tries again only the source or table it is told', async () => {
    for (const sourceId of [1, 2]) {
      for (const table of ['a', 'b']) {
        await append(sourceId, table, ['id'], { id: 1n });
        await append(sourceId, table, ['id', 'v'], { id: 2n, v: 1n });
      }
    }
    startLoader();
    await loader?.drain();
    expect(failures).toHaveLength(4);
    expect(loader?.retryNow({ sourceId: 1, table: 'b' })).toEqual([{ sourceId: 1, table: 'b' }]);
    await loader?.drain();
    expect(failures.slice(4)).toMatchObject([{ sourceId: 1, table: 'b' }]);
    expect(loader?.retryNow({ sourceId: 2 })).toHaveLength(2);
    await loader?.drain();
    expect(
      failures
        .slice(5)
        .map(({ sourceId, table }) => `${sourceId}${table}`)
        .toSorted(),
    ).toEqual(['2a', '2b']);
    expect(loader?.retryNow({ table: 'c' })).toEqual([]);
  });

  it('backs off after a transient failure, longer each time, and loads everything afterwards', async () => {
    let failing = 3;
    const flaky: LoaderOptions['host'] = {
      ...host,
      loadWindow: async (destination, window) => {
        if (failing-- > 0) throw new TransientError('The warehouse file is opened by process 1.');
        return host.loadWindow(destination, window);
      },
    };
    await append(1, 't', ['id'], { id: 1n });
    startLoader({ host: flaky });
    for (const waitMs of [250, 500, 1000]) {
      await loader?.drain();
      const before = failures.length;
      clockMs += waitMs - 1;
      await loader?.drain();
      expect(failures).toHaveLength(before);
      clockMs += 1;
    }
    await loader?.drain();
    expect(failures.map(({ type }) => type)).toEqual(['transient', 'transient', 'transient']);
    expect(await rows(1, 'SELECT id FROM source_1.t')).toEqual([{ id: 1 }]);
    expect(buffer.backlog()).toEqual([]);
  });

  it('tries smaller windows when one is too much for the destination', async () => {
    const sizes: number[] = [];
    const small: LoaderOptions['host'] = {
      ...host,
      loadWindow: async (destination, window) => {
        sizes.push(window.batches.length);
        if (window.batches.length > 1) throw new TransientError('could not allocate block of size 256.0 KiB');
        return host.loadWindow(destination, window);
      },
    };
    const text = 'x'.repeat(100_000);
    for (let id = 1n; id <= 4n; id += 1n) await append(1, 't', ['id'], { id, text });
    startLoader({ host: small, maxWindowBytes: 500_000 });
    for (; buffer.backlog().length > 0; clockMs += 60_000) await loader?.drain();
    expect(sizes.slice(0, 3)).toEqual([4, 2, 1]);
    expect(await rows(1, 'SELECT count(*) AS n FROM source_1.t')).toEqual([{ n: 4 }]);
  });

  it('halves a window at once when it needs too much memory, without a failure', async () => {
    const sizes: number[] = [];
    const small: LoaderOptions['host'] = {
      ...host,
      loadWindow: async (destination, window) => {
        sizes.push(window.batches.length);
        if (window.batches.length > 2) throw new OutOfMemoryError('could not allocate block of size 256.0 KiB');
        return host.loadWindow(destination, window);
      },
    };
    for (let id = 1n; id <= 9n; id += 1n) await append(1, 't', ['id'], { id });
    startLoader({ host: small });
    await loader?.drain();
    expect(sizes.slice(0, 3)).toEqual([9, 4, 2]);
    expect([failures, buffer.backlog()]).toEqual([[], []]);
    expect(await rows(1, 'SELECT count(*) AS n FROM source_1.t')).toEqual([{ n: 9 }]);
  });

  it('holds every stream of an unusable destination, and only those', async () => {
    const broken: LoaderOptions['host'] = {
      ...host,
      loadWindow: async (destination, window) => {
        if (destination.id === 8) throw new DestinationUnusableError('The warehouse file is damaged.');
        return host.loadWindow(destination, window);
      },
    };
    for (const table of ['a', 'b']) await append(1, table, ['id'], { id: 1n });
    await append(3, 'c', ['id'], { id: 1n });
    startLoader({ host: broken });
    await loader?.drain();
    expect(failures).toMatchObject([{ sourceId: 1, type: 'destination_unusable' }]);
    expect(buffer.backlog()).toHaveLength(2);
    expect(await rows(3, 'SELECT id FROM source_3.c')).toEqual([{ id: 1 }]);
  });

  // The repeat is reported under the first load's id: its report may have been lost as well.
  it.each([
    ['keyed', ['id']],
    ['append-only', []],
  ] as const)('repeats a load whose acknowledgement was lost without a second row (%s)', async (_, keyNames) => {
    await append(1, 't', keyNames, { id: 1n, tags: ['a', 'b'] }, { id: 2n, tags: [] });
    const forgetful: Buffer = {
      ...buffer,
      incarnation: buffer.incarnation,
      head: buffer.head,
      ack: () => Promise.reject(new Error('died before the acknowledgement')),
    };
    startLoader({ buffer: forgetful });
    await loader?.drain();
    await loader?.stop();
    const [first] = reports;
    await append(1, 't', keyNames, { id: 3n, tags: ['c'] });
    startLoader();
    await loader?.drain();
    expect(await rows(1, 'SELECT id FROM source_1.t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(await rows(1, 'SELECT value FROM source_1.t__tags ORDER BY value')).toEqual([{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    expect(buffer.backlog()).toEqual([]);
    expect(reports[1]).toMatchObject({ loadId: first?.loadId, repeated: true, counts: { received: 2 }, loaded: { t: 2, t__tags: 2 } });
    expect(reports[2]).toMatchObject({ repeated: false, counts: { received: 1 } });
    expect(reports).toHaveLength(3);
  });

  it('stops a source whose ledger is ahead of the buffer, and skips nothing', async () => {
    for (let id = 1n; id <= 3n; id += 1n) await append(1, 't', ['id'], { id });
    startLoader();
    await loader?.drain();
    await loader?.stop();
    const rewound: Buffer = { ...buffer, incarnation: buffer.incarnation, head: 1 };
    await append(1, 't', ['id'], { id: 4n });
    startLoader({ buffer: rewound });
    await loader?.drain();
    expect(failures).toMatchObject([{ sourceId: 1, table: 't', type: 'ledger_mismatch' }]);
    expect(buffer.backlog()).toMatchObject([{ table: 't', batches: 1 }]);
  });

  it('stops a source whose destination is an older copy, and skips nothing', async () => {
    const file = join(directory, 'warehouse-8.duckdb');
    const copy = join(directory, 'copy.duckdb');
    await append(1, 't', ['id'], { id: 1n });
    startLoader();
    await loader?.drain();
    await host.copy({ id: 8, kind: 'duckdb', file }, copy);
    await append(1, 't', ['id'], { id: 2n });
    await loader?.drain();
    await loader?.stop();
    await host.close();
    await rename(copy, file);
    host = createLoadHost();
    await append(1, 't', ['id'], { id: 3n });
    startLoader();
    await loader?.drain();
    expect(failures).toMatchObject([{ sourceId: 1, table: 't', type: 'ledger_mismatch' }]);
    expect(buffer.backlog()).toMatchObject([{ table: 't', batches: 1 }]);
  });

  it('splits a window where the keys change, and stops there', async () => {
    await append(1, 't', ['id'], { id: 1n });
    await append(1, 't', ['id'], { id: 2n });
    await append(1, 't', ['id'], { id: 'three' });
    startLoader();
    await loader?.drain();
    expect(await rows(1, 'SELECT id FROM source_1.t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    expect(failures).toMatchObject([{ table: 't', type: 'table_stopped' }]);
    expect(buffer.backlog()).toMatchObject([{ table: 't', batches: 1 }]);
  });

  it('serves sources in turn', async () => {
    for (const table of ['a', 'b', 'c']) await append(1, table, ['id'], { id: 1n });
    await append(2, 'd', ['id'], { id: 1n });
    startLoader({ concurrency: 1 });
    await loader?.drain();
    expect(reports.map(({ sourceId }) => sourceId)).toEqual([1, 2, 1, 1]);
  });

  it('is stopped in time by a destination that does not answer, and keeps the data', async () => {
    const asked = Promise.withResolvers<void>();
    const silentHost: LoaderOptions['host'] = {
      ...host,
      loadWindow: () => {
        asked.resolve();
        return Promise.withResolvers<never>().promise;
      },
    };
    await append(1, 't', ['id'], { id: 1n });
    startLoader({ host: silentHost, stopMs: 10, lingerMs: 0 });
    void loader?.drain();
    await asked.promise;
    await loader?.stop();
    expect(buffer.backlog()).toMatchObject([{ table: 't', batches: 1 }]);
  });

  it('checks a destination whose connection was lost before it loads into it again', async () => {
    const calls: string[] = [];
    let failing = 2;
    const lost = async (call: string): Promise<void> => {
      calls.push(call);
      if (failing-- > 0) throw new ConnectionLostError('The server does not answer any more.');
    };
    const losing: LoaderOptions['host'] = {
      checkDestination: () => lost('check'),
      loadWindow: async (destination, window) => {
        await lost('load');
        return host.loadWindow(destination, window);
      },
    };
    for (const table of ['a', 'b']) await append(1, table, ['id'], { id: 1n });
    startLoader({ host: losing });
    await loader?.drain();
    expect(calls).toEqual(['load']);
    clockMs += 250;
    await loader?.drain();
    expect(calls).toEqual(['load', 'check']);
    clockMs += 60_000;
    await loader?.drain();
    expect(calls).toEqual(['load', 'check', 'check', 'load', 'load']);
    expect(failures.map(({ type }) => type)).toEqual(['transient', 'transient']);
    expect(buffer.backlog()).toEqual([]);
  });

  it('loads nothing into what a destination was before its check, when it has become another one meanwhile', async () => {
    const into: number[] = [];
    let sourceId = 1;
    let failing = true;
    const moving: LoaderOptions['host'] = {
      checkDestination: async () => void (sourceId = 3),
      loadWindow: async (destination, window) => {
        if (failing) throw new ConnectionLostError('The server does not answer any more.');
        into.push(destination.id);
        return host.loadWindow(destination, window);
      },
    };
    await append(1, 't', ['id'], { id: 1n });
    startLoader({ host: moving, findRoute: (id) => ({ ...(findRoute(sourceId) as Route), sourceId: id }) });
    await loader?.drain();
    failing = false;
    clockMs += 60_000;
    await loader?.drain();
    expect([into, buffer.backlog(), failures.length]).toEqual([[9], [], 1]);
  });

  it('loads into a destination that answers again, though a check asks for more than its loads need', async () => {
    let lost = true;
    const lacking: LoaderOptions['host'] = {
      checkDestination: async () => {
        throw new DestinationUnusableError('User u may not create schemas in database d: grant it CREATE on the database.');
      },
      loadWindow: async (destination, window) => {
        if (lost) throw new ConnectionLostError('The server does not answer any more.');
        return host.loadWindow(destination, window);
      },
    };
    await append(1, 't', ['id'], { id: 1n });
    startLoader({ host: lacking });
    await loader?.drain();
    lost = false;
    clockMs += 60_000;
    await loader?.drain();
    expect(failures.map(({ type }) => type)).toEqual(['transient']);
    expect(buffer.backlog()).toEqual([]);
  });

  it('waits no longer when the time of day is set back', async () => {
    const timeOfDay = Date.now;
    let aheadMs = 3_600_000;
    const spy = vi.spyOn(Date, 'now').mockImplementation(() => timeOfDay() + aheadMs);
    onTestFinished(() => spy.mockRestore());
    let calls = 0;
    const failing: LoaderOptions['host'] = {
      ...host,
      loadWindow: async (destination, window) => {
        if ((calls += 1) === 1) throw new TransientError('Try again.');
        return host.loadWindow(destination, window);
      },
    };
    startLoader({ host: failing }, {});
    await append(1, 't', ['id'], { id: 1n });
    await expect.poll(() => failures.length).toBe(1);
    aheadMs = 0;
    await expect.poll(() => buffer.backlog(), { timeout: 5_000 }).toEqual([]);
  });

  it('finishes the window under way when stopped', async () => {
    await append(1, 't', ['id'], { id: 1n });
    startLoader();
    await loader?.stop();
    expect(reports.length + buffer.backlog().length).toBe(1);
  });
});
