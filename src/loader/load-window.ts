import { randomUUID } from 'node:crypto';
import type { Batch } from '../batch/batch.ts';
import { decodeBatch } from '../batch/decode.ts';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import { defaultLoadingSettings } from '../domain/source/loading-settings.ts';
import { LedgerMismatchError, OutOfMemoryError, TableStoppedError } from '../sinks/errors.ts';
import type { LedgerEntry, LedgerKey, LedgerReport, LoadPlan, LoadResult, SchemaDescription, Sink } from '../sinks/sink.ts';
import { planLoad } from './plan.ts';
import { findVersions } from './row-target.ts';
import type { WindowLimits } from './shape.ts';
import { defaultLimits, shapeWindow } from './shape.ts';
import { freeTable } from './table-buffer.ts';

/** Claimed batches of one stream with everything a load needs to know. */
export interface LoadWindow {
  readonly sourceId: number;
  /** Root table as the client named it. */
  readonly table: string;
  readonly schema: string;
  readonly incarnation: string;
  /** How often the source was given another destination. */
  readonly binding: number;
  /** Highest position the buffer ever assigned. */
  readonly head: number;
  /** Highest position of the stream acknowledged so far, 0 when none: what is not in the buffer any more. */
  readonly acknowledged: number;
  readonly batches: readonly EncodedBatch[];
  readonly limits?: Partial<WindowLimits>;
  /** By default as the contract has it. */
  readonly settings?: LoadingSettings;
}

export interface EncodedBatch {
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** What is committed in the destination when a load returns: everything up to `position`. */
export interface LoadOutcome extends LedgerReport {
  readonly position: number;
  readonly loadId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** `_sdc_batched_at` of its rows, milliseconds since the epoch. */
  readonly batchedAt: number;
  /** The destination held it already: the acknowledgement of this load was lost, and perhaps its report. */
  readonly repeated: boolean;
  /** As of this load; undefined for a table that never had a version. */
  readonly versions: StreamVersions | undefined;
}

/** Which version of a table is visible, and how many rows of others wait for their activation (loading.md §7, C17). */
interface StreamVersions {
  readonly active: bigint | undefined;
  readonly waiting: readonly { readonly version: bigint; readonly rows: number }[];
}

/**
 * Loads as many batches of a window as fit one load. Batches that the ledger says are loaded already are only reported again (ADR 5).
 * Throws the errors of `sinks/errors.ts`, and what `mayCommit` throws; then nothing of the window is in the destination.
 */
export async function loadWindow(sink: Sink, window: LoadWindow, clock: () => number, mayCommit?: () => void): Promise<LoadOutcome> {
  const startedAt = clock();
  const { incarnation, sourceId, binding } = window;
  const ledgerKey = { incarnation, sourceId, binding, root: window.table };
  const ledger = await sink.readLedger(ledgerKey);
  const before = ledger ?? (await findEarlierBinding(sink, ledgerKey));
  if (before !== undefined && before.position > window.head) {
    throw new LedgerMismatchError(
      `The destination has loaded up to position ${before.position} of ${window.table}, but the buffer ends at ${window.head}: it is not the buffer these loads came from.`,
    );
  }
  if (ledger !== undefined && ledger.position < window.acknowledged) {
    throw new LedgerMismatchError(
      `The destination has loaded ${window.table} up to position ${ledger.position} only, but the buffer has given away all up to ${window.acknowledged}: the destination is an older copy.`,
    );
  }
  const held = window.batches.findLast(({ position }) => position <= (before?.position ?? 0));
  if (before !== undefined && held !== undefined) {
    // A restored buffer gives positions out again: what arrived after a load cannot have been part of it.
    if (held.receivedAt > before.batchedAt) {
      throw new LedgerMismatchError(
        `The destination has loaded ${window.table} up to position ${before.position}, but what the buffer holds at ${held.position} arrived after that: the buffer is an older copy.`,
      );
    }
    const { loadId, report, batchedAt } = before;
    const versions = versionsOf(await sink.describe(window.schema, window.table), window.table);
    return { position: held.position, loadId, startedAt: batchedAt, finishedAt: batchedAt, batchedAt, ...report, repeated: true, versions };
  }
  const description = await sink.describe(window.schema, window.table);
  const { sheet } = sink;
  const limits = { ...defaultLimits, ...window.limits };
  const settings = window.settings ?? defaultLoadingSettings;
  const batches = window.batches.map((batch) => ({
    position: batch.position,
    receivedAt: batch.receivedAt,
    decode: once(() => decodeBatch(batch.payload)),
  }));
  const shaped = shapeWindow({ sheet, description, root: window.table, batches, limits, drift: settings.schemaDrift });
  const loadId = randomUUID();
  const { schema } = window;
  const plan = planLoad({
    shaped,
    description,
    sheet,
    schema,
    loadId,
    batchedAt: clock(),
    ledgerKey,
    expected: ledger?.position,
    partBytes: limits.partBytes,
    onDelete: settings.onDelete,
  });
  const { loaded, superseded } = await loadPlan(sink, plan, shaped.batches, mayCommit).finally(() => freeTable(shaped.root));
  const counts = { ...shaped.counts, superseded: shaped.counts.superseded + superseded };
  const { bookmarks, facts } = plan.ledger;
  const described = plan.version === undefined ? description : await sink.describe(schema, window.table);
  return {
    position: shaped.position,
    loadId,
    startedAt,
    finishedAt: clock(),
    batchedAt: plan.batchedAt,
    counts,
    loaded,
    bookmarks,
    ...(facts && { facts }),
    newVersion: plan.activate,
    repeated: false,
    versions: versionsOf(described, window.table),
  };
}

function versionsOf(description: SchemaDescription, root: string): StreamVersions | undefined {
  const versions = findVersions(description, root);
  return versions && { active: versions.active, waiting: versions.waiting.map(({ version, rows }) => ({ version, rows })) };
}

/**
 * The newest ledger row of the stream from an earlier time in this destination. A load that committed here right before the source moved
 * away, and was never acknowledged, must not be loaded again when the source comes back.
 */
async function findEarlierBinding(sink: Sink, key: LedgerKey): Promise<LedgerEntry | undefined> {
  for (let binding = key.binding - 1; binding >= 0; binding -= 1) {
    const entry = await sink.readLedger({ ...key, binding });
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** One batch cannot be made smaller: it stops its table, visibly, instead of failing for ever. */
async function loadPlan(sink: Sink, plan: LoadPlan, batches: number, mayCommit?: () => void): Promise<LoadResult> {
  try {
    return await sink.load(plan, mayCommit);
  } catch (error) {
    if (error instanceof OutOfMemoryError && batches === 1) throw new TableStoppedError(error.message, { cause: error });
    throw error;
  }
}

function once(decode: () => Batch): () => Batch {
  let batch: Batch | undefined;
  return () => (batch ??= decode());
}
