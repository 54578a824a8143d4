import { describe, expect, it } from 'vitest';
import { exampleBatch, goldenBatches } from '../../tests/support/example-batches.ts';
import { typedRecords } from '../../tests/support/typed-values.ts';
import type { Batch } from './batch.ts';
import { Action } from './batch.ts';
import { decodeBatch } from './decode.ts';
import { encodeBatch } from './encode.ts';
import { extractMessages } from './extract-messages.ts';
import { writeRecords } from './write-json.ts';

describe('messages taken out of a batch', () => {
  it.each(Object.entries(goldenBatches()))('stay what they are, one by one, through the codec (%s)', (_, batch) => {
    const upserts = [...batch.actions.keys()].filter((index) => batch.actions[index] === Action.upsert);
    const extracted = extractMessages(batch, batch.actions.keys());
    expect([...extracted.keys()]).toEqual(upserts);
    const records = typedRecords(batch);
    const texts = writeRecords(batch, upserts);
    for (const [at, index] of upserts.entries()) {
      const one = decodeBatch(encodeBatch(extracted.get(index) as Batch));
      expect(one).toMatchObject({
        table: batch.table,
        keyNames: batch.keyNames,
        tableVersion: batch.tableVersion,
        bookmarkNames: batch.bookmarkNames,
        count: 1,
      });
      expect([...one.sequences]).toEqual([batch.sequences[index]]);
      expect(one.timesExtracted?.[0]).toBe(batch.timesExtracted?.[index]);
      expect(typedRecords(one)).toEqual([records[at]]);
      expect(writeRecords(one, [0]).get(0)).toBe(texts.get(index));
    }
  });

  it('are only those asked for, whatever lies between', () => {
    const record = (id: bigint) => ({
      members: [
        ['id', id],
        ['deep', [{ members: [['x', [id, 'y']]] }]],
      ] as const,
    });
    const extracted = extractMessages(exampleBatch([record(1n), record(2n), record(3n), record(4n)]), [3, 1]);
    expect([...extracted].map(([index, one]) => [index, writeRecords(one, [0]).get(0)])).toEqual([
      [1, '{"id":2,"deep":[{"x":[2,"y"]}]}'],
      [3, '{"id":4,"deep":[{"x":[4,"y"]}]}'],
    ]);
  });
});
