import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExampleObject, ExampleValue } from '../../tests/support/example-batches.ts';
import { exampleBatch, goldenBatches } from '../../tests/support/example-batches.ts';
import type { Batch } from './batch.ts';
import { Tag } from './batch.ts';
import { decodeBatch } from './decode.ts';
import { encodeBatch } from './encode.ts';
import { CorruptBatchError } from './errors.ts';

import { crcStart } from './format.ts';
import { writeRecords } from './write-json.ts';

const golden = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(`golden/${name}.bin`, import.meta.url)));

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const digits = fc.bigInt({ min: 2n ** 63n, max: 2n ** 80n }).map(String);
const { value } = fc.letrec<{ value: ExampleValue; object: ExampleObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n)),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text,
    digits.map((number) => ({ tag: Tag.bigInteger, text: number })),
    digits.map((number) => ({ tag: Tag.doubleText, text: `0.${number}` })),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(fc.oneof(fc.constantFrom('id', 'a', 'b', '', '__proto__', 'constructor'), text), tie('value')), {
      maxLength: 5,
      selector: ([name]) => name,
    })
    .map((members) => ({ members })),
}));
const records = fc.array(
  value.filter((found): found is ExampleObject => found !== null && typeof found === 'object' && 'members' in found),
  { minLength: 1, maxLength: 8 },
);

function jsonOf(example: ExampleValue): string {
  if (typeof example === 'bigint') return String(example);
  if (typeof example === 'number')
    return Object.is(example, -0) ? '-0.0' : Number.isInteger(example) && Math.abs(example) < 1e21 ? `${example}.0` : String(example);
  if (example === null || typeof example !== 'object') return JSON.stringify(example);
  if ('text' in example) return example.text;
  if ('members' in example) return `{${example.members.map(([name, member]) => `${JSON.stringify(name)}:${jsonOf(member)}`).join(',')}}`;
  return `[${example.map(jsonOf).join(',')}]`;
}

const all = (batch: Batch): number[] => Array.from({ length: batch.count }, (_, index) => index);

describe('the batch codec', () => {
  it.each(Object.keys(goldenBatches()))('writes and reads the golden file %s', (name) => {
    const batch = goldenBatches()[name] as Batch;
    expect(Buffer.from(encodeBatch(batch)).toString('hex')).toBe(Buffer.from(golden(name)).toString('hex'));
    expect(decodeBatch(golden(name))).toEqual(batch);
  });

  it('gives any records back, to the digit and in key order', () => {
    fc.assert(
      fc.property(records, (examples) => {
        const batch = exampleBatch(examples);
        const decoded = decodeBatch(encodeBatch(batch));
        expect(decoded).toEqual(batch);
        expect([...writeRecords(decoded, all(decoded)).values()]).toEqual(examples.map(jsonOf));
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });

  it('writes back only the chosen records, by message index', () => {
    const versioned = decodeBatch(golden('versioned'));
    expect(writeRecords(versioned, [0, 1])).toEqual(new Map([[1, '{"id":1,"région":"é"}']]));
    const shapes = decodeBatch(golden('many-shapes'));
    expect(writeRecords(shapes, new Set([4, 2]))).toEqual(
      new Map([
        [2, '{"b":"now text","id":3}'],
        [4, '{}'],
      ]),
    );
  });

  it('reads bytes that do not start on a word', () => {
    const shifted = new Uint8Array(golden('versioned').length + 1);
    shifted.set(golden('versioned'), 1);
    expect(decodeBatch(shifted.subarray(1))).toEqual(goldenBatches()['versioned']);
  });

  it('keeps a single small record within 60 bytes of its text', () => {
    const bytes = encodeBatch(
      exampleBatch([
        {
          members: [
            ['id', 7n],
            ['name', 'Ann'],
          ],
        },
      ]),
    );
    expect(bytes.length).toBeLessThan('{"id":7,"name":"Ann"}'.length + 60);
  });
});

describe('damaged bytes', () => {
  it('refuses another codec version by its number', () => {
    const bytes = golden('one-record');
    bytes[0] = 2;
    expect(() => decodeBatch(bytes)).toThrow(/codec version 2/);
  });

  it('refuses every flipped bit and every shorter length', () => {
    const sound = golden('every-tag');
    for (let at = 0; at < sound.length; at++) {
      const bytes = sound.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      expect(() => decodeBatch(bytes), `byte ${at}`).toThrow(CorruptBatchError);
      expect(() => decodeBatch(sound.slice(0, at)), `length ${at}`).toThrow(CorruptBatchError);
    }
  });

  it('never reads out of range, whatever the bytes, even under a valid checksum', () => {
    const sound = golden('every-tag');
    const changes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    let refused = 0;
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = sound.slice();
        for (const [at, byte] of list) if (at >= crcStart) bytes[at] = byte;
        new DataView(bytes.buffer).setUint32(4, crc32(bytes.subarray(crcStart)), true);
        let batch: Batch;
        try {
          batch = decodeBatch(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptBatchError);
          refused++;
          return;
        }
        // What still decodes is a whole batch: every record can be read.
        expect(writeRecords(batch, all(batch)).size).toBe(batch.actions.filter((action) => action === 0).length);
      }),
      { seed: 7, numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
