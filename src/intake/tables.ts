import type { BatchBuilder } from '../batch/batch-builder.ts';
import { createBatchBuilder } from '../batch/batch-builder.ts';
import { freeColumn } from '../batch/column-builder.ts';
import { Action } from '../batch/batch.ts';
import { encodeBatch } from '../batch/encode.ts';
import type { DecodedBatch } from './decoded.ts';
import type { FillContext } from './fill.ts';
import { fillValue } from './fill.ts';
import type { KeyName } from './record-data.ts';
import type { Typing } from './schema/typing.ts';

/** The messages of one table under one set of keys and one table version. */
export interface TableMessages {
  readonly table: string;
  readonly builder: BatchBuilder<Typing | undefined>;
  readonly keyNames: readonly KeyName[];
  replacedSurrogates: number;
}

/** A table with no messages yet. */
export function createTable(options: {
  readonly table: string;
  readonly keyNames: readonly KeyName[];
  readonly tableVersion: bigint | undefined;
  readonly bookmarkNames: readonly string[];
  readonly typing: Typing | undefined;
}): TableMessages {
  const builder = createBatchBuilder({ ...options, keyNames: options.keyNames.map(({ name }) => name) });
  return { table: options.table, builder, keyNames: options.keyNames, replacedSurrogates: 0 };
}

/** Adds an upsert; `context.halves` holds its sequence. Throws `TooManyPathsError`. */
export function addUpsert(context: FillContext, table: TableMessages, data: number, timeExtracted?: bigint): void {
  table.builder.addMessage(Action.upsert, context.halves.low, context.halves.high, timeExtracted);
  fillValue(context, table.builder.records, data);
  table.replacedSurrogates += context.replacedSurrogates;
  context.replacedSurrogates = 0;
}

/** Adds an activation; `context.halves` holds its sequence. */
export function addActivation(context: FillContext, table: TableMessages, timeExtracted?: bigint): void {
  table.builder.addMessage(Action.activateVersion, context.halves.low, context.halves.high, timeExtracted);
}

/** Small ones share a block. */
const allocate = (bytes: number): Buffer<ArrayBuffer> => Buffer.allocUnsafe(bytes);

/** Encodes a table's messages; what is in the scratch memory is lost. */
export function encodeTable({ scratch }: FillContext, { builder, replacedSurrogates }: TableMessages): DecodedBatch {
  const batch = builder.finish(replacedSurrogates);
  return { table: batch.table, records: batch.count, payload: encodeBatch(batch, { stream: scratch, allocate }) };
}

/** Empties a table for another body. */
export function clearTable(table: TableMessages): void {
  table.builder.clear();
  table.replacedSurrogates = 0;
}

/** Gives back what a table holds, which is not used again. */
export function freeTable({ builder }: TableMessages): void {
  freeColumn(builder.records);
}
