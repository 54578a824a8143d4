import { randomInt } from 'node:crypto';
import { createByteWriter } from '../batch/byte-writer.ts';
import { freeLargeMemory } from '../lib/free-memory.ts';
import type { FillContext } from './fill.ts';
import type { KeptTables } from './kept-tables.ts';
import { createKeptTables } from './kept-tables.ts';
import { createTape, resetTape } from './json/tape.ts';
import { maxTapeLength } from './limits.ts';
import type { PushTables } from './push-tables.ts';
import { createPushTables } from './push-tables.ts';

/** Past this, scratch memory is not kept for the next body. */
const keptScratchBytes = 1_048_576;

/** What is kept from one body to the next, so that a small one allocates little. */
export interface Workspace {
  /** What the body has used of it is emptied at its end. */
  readonly kept: KeptTables;
  readonly pushTables: PushTables;
  /** The context for a body; the one before it is over. */
  open(body: Uint8Array<ArrayBuffer>): FillContext;
  /** Ends the body and lets go of what is too large to keep. */
  close(): void;
}

/** A workspace with its own secret for hashes. */
export function createWorkspace(): Workspace {
  const noBytes = Buffer.alloc(0);
  const context: FillContext = {
    bytes: noBytes,
    tape: createTape(maxTapeLength),
    scratch: createByteWriter(256),
    seed: randomInt(2 ** 32),
    halves: { low: 0, high: 0 },
    replacedSurrogates: 0,
    paths: 0,
    refuseRepeatedKeys: false,
  };
  const kept = createKeptTables();
  const pushTables = createPushTables(context, kept);

  function close(): void {
    const { scratch } = context;
    pushTables.end();
    kept.end();
    context.bytes = noBytes;
    if (scratch.bytes.length <= keptScratchBytes) return;
    freeLargeMemory(scratch.bytes);
    scratch.bytes = createByteWriter(256).bytes;
  }

  return {
    kept,
    pushTables,
    open(body) {
      close();
      context.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      resetTape(context.tape);
      context.replacedSurrogates = 0;
      context.paths = 0;
      context.refuseRepeatedKeys = false;
      return context;
    },
    close,
  };
}
