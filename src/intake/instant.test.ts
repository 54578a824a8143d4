import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteWriter } from '../batch/byte-writer.ts';
import { writeInstant } from './instant.ts';

function written(token: string): string {
  const bytes = Buffer.from(token);
  const out = createByteWriter(1);
  writeInstant(bytes, 0, bytes.length, out);
  return Buffer.from(out.bytes.subarray(0, out.length)).toString();
}

it('writes every date as ECMAScript does', () => {
  for (const ms of [
    0, -1, 951_782_400_000, -62_135_596_800_000, -62_135_596_800_001, 253_402_300_799_999, 253_402_300_800_000, 8.64e15, -8.64e15,
  ]) {
    expect(written(String(ms))).toBe(new Date(ms).toISOString());
  }
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })),
      (ms) => {
        expect(written(String(ms))).toBe(new Date(ms).toISOString());
      },
    ),
    { seed: 51, numRuns: 5000 },
  );
});

it('keeps the token of an instant that no date reaches', () => {
  expect(written('8640000000000001')).toBe('8640000000000001');
  expect(written('-9223372036854775808')).toBe('-9223372036854775808');
});
