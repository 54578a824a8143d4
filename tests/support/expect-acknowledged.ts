import { expect } from 'vitest';
import { firstSequence, type PushedLog } from './acknowledged-pusher.ts';

interface StoredRow {
  readonly mark: number;
  /** Every digit of it. */
  readonly sequence: string;
}

export interface StoredRows {
  readonly keyed: readonly (StoredRow & { readonly id: number })[];
  readonly appended: readonly StoredRow[];
}

/** Fails unless the tables of `pushUntil` hold everything acknowledged once, in its last state, and nothing that nobody sent. */
export function expectAcknowledged(log: PushedLog, { keyed, appended }: StoredRows): void {
  const inexact = [...keyed, ...appended].filter(({ mark, sequence }) => sequence !== String(firstSequence + BigInt(mark)));
  expect(inexact, 'a sequence lost digits').toEqual([]);

  const stored = new Map(keyed.map(({ id, mark }) => [id, mark]));
  expect(stored.size, 'a key is stored twice').toBe(keyed.length);
  const lostKeys = [...log.keyed].filter(([id, mark]) => (stored.get(id) ?? 0) < mark);
  expect(lostKeys, 'acknowledged keyed rows are missing').toEqual([]);
  const inventedKeys = [...stored].filter(([id, mark]) => log.keyed.get(id) !== mark && !log.unanswered.has(mark));
  expect(inventedKeys, 'keyed rows nobody sent').toEqual([]);

  const marks = appended.map(({ mark }) => mark);
  const markSet = new Set(marks);
  expect(markSet.size, 'an append-only row is doubled').toBe(marks.length);
  const lostMarks = [...log.appended].filter((mark) => !markSet.has(mark));
  expect(lostMarks, 'acknowledged append-only rows are missing').toEqual([]);
  const inventedMarks = marks.filter((mark) => !log.appended.has(mark) && !log.unanswered.has(mark));
  expect(inventedMarks, 'rows nobody sent').toEqual([]);
}
