/** Worker thread: decodes one body per message. */
import { parentPort } from 'node:worker_threads';
import { releaseMemory } from '../lib/release-memory.ts';
import { createBodyDecoder } from './decode-body.ts';
import type { Decoded, DecodeRequest } from './decoded.ts';
import type { DecodeReply } from './decode-pool.ts';

const decodeBody = createBodyDecoder();

parentPort?.on('message', (request: DecodeRequest) => {
  const reply = decode(request);
  const payloads = 'decoded' in reply && reply.decoded.ok ? reply.decoded.batches.map(({ payload }) => payload.buffer) : [];
  parentPort?.postMessage(reply, payloads);
});

parentPort?.postMessage('ready' satisfies DecodeReply, []);

function decode(request: DecodeRequest): Exclude<DecodeReply, 'ready'> {
  try {
    const decoded: Decoded = decodeBody(request);
    return { decoded };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    releaseMemory(request.body);
  }
}
