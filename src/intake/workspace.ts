import { randomInt } from 'node:crypto';
import { createByteWriter } from '../batch/byte-writer.ts';
import type { FillContext } from './fill.ts';
import { createTape } from './json/tape.ts';
import { maxTapeLength } from './limits.ts';

/** Past this, scratch memory is not kept for the next body. */
const keptScratchBytes = 1_048_576;

/** What is kept from one body to the next, so that a small one allocates little. */
export interface Workspace {
  /** The context for a body; the one before it is over. */
  open(body: Uint8Array<ArrayBuffer>): FillContext;
}

/** A workspace with its own secret for hashes. */
export function createWorkspace(): Workspace {
  const seed = randomInt(2 ** 32);
  const tape = createTape(maxTapeLength);
  let scratch = createByteWriter(256);
  return {
    open(body) {
      if (scratch.bytes.length > keptScratchBytes) scratch = createByteWriter(256);
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      tape.length = 0;
      tape.overflowed = false;
      return { bytes, tape, scratch, seed, halves: { low: 0, high: 0 }, replacedSurrogates: 0, paths: 0, refuseRepeatedKeys: false };
    },
  };
}
