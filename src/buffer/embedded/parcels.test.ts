import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { packAppends, unpackAppends } from './append-parcel.ts';
import { packBatches, unpackBatches } from './claim-parcel.ts';

const payload = fc
  .tuple(fc.constantFrom(0, 1, 300, 16_384, 16_385, 40_000), fc.nat(255), fc.boolean())
  .map(([bytes, fill, view]) => (view ? new Uint8Array(bytes + 20).subarray(7, 7 + bytes) : new Uint8Array(bytes)).fill(fill));
const job = fc.record({
  kind: fc.constant('append' as const),
  id: fc.nat(),
  sourceId: fc.nat(),
  receivedAt: fc.constantFrom(0, 1_800_000_000_000),
  deadlineMs: fc.constantFrom(0.5, Number.MAX_VALUE),
  batches: fc.array(fc.record({ table: fc.constantFrom('a', 'b', 'é\ud800'), records: fc.nat(), payload }), { maxLength: 4 }),
});

it('gives every append back after it has crossed to another thread', () => {
  fc.assert(
    fc.property(fc.array(job, { maxLength: 6 }), (jobs) => {
      const { parcel, transfer } = packAppends(jobs);
      const before = structuredClone(jobs);
      expect(unpackAppends(structuredClone(parcel, { transfer }))).toEqual(before);
    }),
    { seed: 20_261_121, numRuns: 300 },
  );
});

it('gives every claimed batch back, aligned for the words in it', () => {
  const batch = fc.record({ position: fc.maxSafeNat(), receivedAt: fc.constantFrom(0, 1_800_000_000_000), records: fc.nat(), payload });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
      const { parcel, transfer } = packBatches(batches);
      const before = structuredClone(batches);
      const unpacked = unpackBatches(structuredClone(parcel, { transfer }));
      expect(unpacked).toEqual(before);
      expect(unpacked.filter(({ payload: { byteOffset } }) => byteOffset % 8 !== 0)).toEqual([]);
    }),
    { seed: 20_261_121, numRuns: 300 },
  );
});
