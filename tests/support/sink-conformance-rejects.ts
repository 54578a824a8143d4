/** Part of the conformance suite: rejects as they are kept for listing and replay. */
import { describe, expect, it } from 'vitest';
import type { RejectQuery, RejectState, StoredReject } from '../../src/sinks/sink.ts';
import type { RejectInput } from './sink-plans.ts';
import { testBatchedAt } from './sink-plans.ts';
import { createSchema } from './sink-fixture.ts';
import type { SinkFixture } from './sink-fixture.ts';

const allStates: readonly RejectState[] = ['rejected', 'replaying', 'replayed'];

export function describeRejects(fixture: SinkFixture): void {
  const list = (query: Partial<RejectQuery> = {}): Promise<StoredReject[]> =>
    fixture.under.sink.listRejects({
      schema: 'shop',
      sourceId: 7,
      states: allStates,
      wholeOnly: false,
      order: 'oldest',
      limit: 100,
      ...query,
    });
  const mark = (ids: readonly number[], from: RejectState, to: RejectState): Promise<number[]> =>
    fixture.under.sink.markRejects({ schema: 'shop', sourceId: 7, ids, from, to, at: testBatchedAt + 1 });
  const reject = (reason: string, more: Partial<RejectInput> = {}): RejectInput => ({ table: 'items', reason, record: '{}', ...more });
  const reject3 = async (): Promise<void> => {
    await fixture.load({ root: 'Items!', ddl: [createSchema], rejects: [reject('a'), reject('b', { scope: 'column' })] });
    await fixture.load({ root: 'Items!', rejects: [reject('c', { scope: 'table', table: 'other' })] });
  };

  describe('when rejects are listed and marked', () => {
    it('has none before anything was rejected', async () => {
      expect(await list()).toEqual([]);
      expect(await mark([1], 'rejected', 'replayed')).toEqual([]);
      await fixture.loadFirst();
      expect(await list()).toEqual([]);
    });

    it('gives back what was rejected, byte for byte', async () => {
      const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const sequence = 1_795_253_001_779_869_402n;
      const kept = reject('Field collision on "é"\u0001', { scope: 'record', sequence, payload });
      await fixture.load({ root: 'Itëms "1"', ddl: [createSchema], rejects: [kept] });
      expect(await list({ payloadBytes: 1e6 })).toEqual([
        {
          id: 1,
          root: 'Itëms "1"',
          table: 'items',
          rejectedAt: testBatchedAt,
          reason: kept.reason,
          scope: 'record',
          sequence,
          state: 'rejected',
          payload,
        },
      ]);
      expect(await list()).toMatchObject([{ id: 1, payload: undefined }]);
    });

    it('pages in both orders, by table under both its names, and without records that loaded', async () => {
      await reject3();
      const reasons = async (query: Partial<RejectQuery>): Promise<string[]> => (await list(query)).map(({ reason }) => reason);
      expect(await reasons({})).toEqual(['a', 'b', 'c']);
      expect((await list()).map(({ id }) => id)).toEqual([1, 2, 3]);
      expect(await reasons({ limit: 2 })).toEqual(['a', 'b']);
      expect(await reasons({ after: 2 })).toEqual(['c']);
      expect(await reasons({ upTo: 2 })).toEqual(['a', 'b']);
      expect(await reasons({ order: 'newest', limit: 1 })).toEqual(['c']);
      expect(await reasons({ order: 'newest', after: 3 })).toEqual(['b', 'a']);
      expect(await reasons({ table: 'other' })).toEqual(['c']);
      expect(await reasons({ table: 'Items!' })).toEqual(['a', 'b', 'c']);
      expect(await reasons({ table: "x' OR '1'='1" })).toEqual([]);
      expect(await reasons({ wholeOnly: true })).toEqual(['a', 'c']);
      expect(await reasons({ sourceId: 8 })).toEqual([]);
      expect(await reasons({ schema: 'second' })).toEqual([]);
    });

    it('ends a page before its payloads take too much, but never before the first', async () => {
      const payload = new Uint8Array(3000);
      await fixture.load({ root: 'items', ddl: [createSchema], rejects: ['a', 'b', 'c'].map((reason) => reject(reason, { payload })) });
      expect(await list({ payloadBytes: 1 })).toHaveLength(1);
      expect(await list({ payloadBytes: 8000 })).toHaveLength(2);
      expect(await list({ payloadBytes: 1e6 })).toHaveLength(3);
    });

    it('changes the state of those in the expected one, once', async () => {
      await reject3();
      expect(await mark([3, 1, 99], 'rejected', 'replaying')).toEqual([1, 3]);
      expect(await mark([1, 2, 3], 'rejected', 'replaying')).toEqual([2]);
      expect(await mark([2], 'replaying', 'replayed')).toEqual([2]);
      expect((await list()).map(({ state }) => state)).toEqual(['replaying', 'replayed', 'replaying']);
      expect((await list({ states: ['replayed', 'rejected'] })).map(({ id }) => id)).toEqual([2]);
      const foreign = { ids: [1], from: 'replaying', to: 'replayed', at: 0 } as const;
      expect(await fixture.under.sink.markRejects({ ...foreign, schema: 'shop', sourceId: 8 })).toEqual([]);
      expect(await fixture.under.sink.markRejects({ ...foreign, schema: 'second', sourceId: 7 })).toEqual([]);
    });

    it('keeps no reject of a load that fails', async () => {
      await fixture.loadFirst();
      const broken = { ddl: [{ kind: 'rename-column', table: 'items', from: 'gone', to: 'lost' }], rejects: [reject('a')] } as const;
      await expect(fixture.load({ root: 'items', ...broken })).rejects.toThrow();
      expect(await list()).toEqual([]);
    });
  });
}
