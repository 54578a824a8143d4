import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Buffer, Claim, Stream } from '../../src/buffer/buffer.ts';
import { digestOf, payloadOf } from './payload.ts';

/** One batch as the model remembers it; `position` once the append has resolved. */
interface Expected {
  readonly seed: number;
  readonly size: number;
  position: number | undefined;
}

interface ModelStream extends Stream {
  readonly pending: Expected[];
  claim: Claim | undefined;
}

type Operation =
  | { readonly kind: 'append'; readonly sourceId: number; readonly tables: readonly string[]; readonly size: number }
  | { readonly kind: 'claim'; readonly stream: number; readonly maxBytes: number }
  | { readonly kind: 'ack'; readonly stream: number; readonly share: number }
  | { readonly kind: 'release'; readonly stream: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'reopen' };

const tables = ['a', 'b', 'c'];
const streams: readonly Stream[] = [1, 2].flatMap((sourceId) => tables.map((table) => ({ sourceId, table })));
const stream = fc.nat({ max: streams.length - 1 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      sourceId: fc.integer({ min: 1, max: 2 }),
      tables: fc.array(fc.constantFrom(...tables), { minLength: 1, maxLength: 4 }),
      size: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 300 }) }, { weight: 1, arbitrary: fc.nat({ max: 60_000 }) }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), stream, maxBytes: fc.nat({ max: 100_000 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ack' as const), stream, share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), stream }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

/** A property: whatever the operations, the buffer hands out exactly what a list per stream would. */
export function bufferModelProperty(open: (options: { directory: string }) => Promise<Buffer>): fc.IAsyncPropertyWithHooks<[Operation[]]> {
  return fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 60 }), async (operations) => {
    const directory = await mkdtemp(join(tmpdir(), 'thimble-buffer-model-'));
    const run = await createRun(() => open({ directory }));
    try {
      for (const each of operations) await run.perform(each);
      await run.finish();
    } finally {
      await run.close();
      await rm(directory, { recursive: true });
    }
  });
}

async function createRun(open: () => Promise<Buffer>): Promise<{
  perform(operation: Operation): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
}> {
  const model: ModelStream[] = streams.map((each) => ({ ...each, pending: [], claim: undefined }));
  let buffer = await open();
  let underway: Promise<void>[] = [];
  let nextSeed = 1;
  let highest = 0;

  const streamAt = (index: number): ModelStream => {
    const found = model[index];
    if (found === undefined) throw new RangeError('No such stream in the model.');
    return found;
  };

  const settle = async (): Promise<void> => {
    await Promise.all(underway);
    underway = [];
  };

  const append = ({ sourceId, tables: names, size }: Extract<Operation, { kind: 'append' }>): void => {
    const expected = names.map((table) => {
      const batch: Expected = { seed: nextSeed++, size, position: undefined };
      model.find((each) => each.sourceId === sourceId && each.table === table)?.pending.push(batch);
      return { table, batch };
    });
    const batches = expected.map(({ table, batch }) => ({ table, records: batch.seed, payload: payloadOf(batch.seed, size) }));
    underway.push(
      buffer.append({ sourceId, receivedAt: nextSeed, batches }).then(({ lastPosition }) => {
        expect(lastPosition).toBeGreaterThan(highest);
        highest = lastPosition;
        for (const { batch } of expected) batch.position = lastPosition;
      }),
    );
  };

  const claim = async (owner: ModelStream, maxBytes: number): Promise<void> => {
    const settled = owner.pending.filter(({ position }) => position !== undefined).length;
    const quiet = underway.length === 0;
    const taken = await buffer.claim(owner, { maxBytes });
    if (owner.claim !== undefined) return expect(taken).toBeUndefined();
    if (taken === undefined) return expect(settled).toBe(0);
    owner.claim = taken;
    const wanted = owner.pending.slice(0, taken.batches.length);
    expect(taken.batches.map(({ records, payload }) => [records, digestOf(payload)])).toEqual(
      wanted.map(({ seed, size }) => [seed, digestOf(payloadOf(seed, size))]),
    );
    const positions = taken.batches.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
    expect(bytes <= maxBytes || wanted.length === 1).toBe(true);
    const next = owner.pending[wanted.length];
    if (quiet && next !== undefined) expect(bytes + next.size).toBeGreaterThan(maxBytes);
  };

  const ack = async (owner: ModelStream, share: number): Promise<void> => {
    const held = owner.claim;
    if (held === undefined) return;
    const count = Math.floor(share * (held.batches.length + 1));
    const last = held.batches[count - 1];
    if (last === undefined) buffer.release(held);
    else await buffer.ack(held, last.position);
    owner.claim = undefined;
    owner.pending.splice(0, count);
  };

  const reopen = async (): Promise<void> => {
    await settle();
    await buffer.close();
    buffer = await open();
    expect(buffer.head).toBeGreaterThanOrEqual(highest);
    for (const owner of model) owner.claim = undefined;
    expect(
      buffer
        .backlog()
        .map(({ sourceId, table, batches }) => `${sourceId}:${table}:${batches}`)
        .sort(),
    ).toEqual(
      model
        .filter(({ pending }) => pending.length > 0)
        .map(({ sourceId, table, pending }) => `${sourceId}:${table}:${pending.length}`)
        .sort(),
    );
  };

  return {
    async perform(each) {
      if (each.kind === 'append') append(each);
      else if (each.kind === 'settle') await settle();
      else if (each.kind === 'reopen') await reopen();
      else if (each.kind === 'claim') await claim(streamAt(each.stream), each.maxBytes);
      else if (each.kind === 'ack') await ack(streamAt(each.stream), each.share);
      else await ack(streamAt(each.stream), 0);
    },
    async finish() {
      await settle();
      for (const owner of model) {
        await ack(owner, 0);
        await claim(owner, Number.MAX_SAFE_INTEGER);
        expect(owner.claim?.batches.length ?? 0).toBe(owner.pending.length);
        if (owner.claim !== undefined) await buffer.ack(owner.claim);
      }
      expect(buffer.backlog()).toEqual([]);
      expect(buffer.usage().pendingBytes).toBe(0);
    },
    close: async () => {
      await Promise.allSettled(underway);
      await buffer.close();
    },
  };
}
