/** Worker thread: decodes one body per message. */
import { parentPort } from 'node:worker_threads';
import { freeLargeMemory } from '../lib/free-memory.ts';
import { createBodyDecoder } from './decode-body.ts';
import type { DecodedBatch, DecodeRequest } from './decoded.ts';
import type { DecodeReply } from './decode-pool.ts';

const decodeBody = createBodyDecoder();

parentPort?.on('message', (request: DecodeRequest) => {
  const reply = decode(request);
  parentPort?.postMessage(reply, 'decoded' in reply && reply.decoded.ok ? reply.decoded.batches.map(({ payload }) => payload.buffer) : []);
});

parentPort?.postMessage('ready' satisfies DecodeReply, []);

function decode(request: DecodeRequest): Exclude<DecodeReply, 'ready'> {
  try {
    const decoded = decodeBody(request);
    return { decoded: decoded.ok ? { ...decoded, batches: decoded.batches.map(ownBatch) } : decoded };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    freeLargeMemory(request.body);
  }
}

/** The batch with a payload that can be transferred: one that owns its memory. */
function ownBatch(batch: DecodedBatch): DecodedBatch {
  const { payload } = batch;
  return payload.byteLength === payload.buffer.byteLength ? batch : { ...batch, payload: new Uint8Array(payload) };
}
