import { parentPort, workerData } from 'node:worker_threads';
import { freeMemory } from '../lib/free-memory.ts';
import { CopyFailedError, QueryRefusedError } from '../sinks/errors.ts';
import { createCommitCheck } from './commit-gate.ts';
import { listRejects } from './list-rejects.ts';
import { loadWindow } from './load-window.ts';
import { openSink, type EmbeddedWarehouse } from './open-sink.ts';
import { createOpenSinks } from './open-sinks.ts';
import { writeError } from './thread-errors.ts';
import type { CallKind, LoadDestination, ThreadCalls, ThreadReply, ThreadRequest, ThreadSettings } from './thread-messages.ts';

/** The thread with all sinks and all of the loader's computing: the main thread stays free for requests. */
const port = parentPort;
if (port === null) throw new Error('This module is the entry of a worker thread.');
const settings = workerData as ThreadSettings;
const sinks = createOpenSinks({ open: (destination) => openSink(destination, settings), close: ({ sink }) => sink.close() });

/** Only embedded warehouses answer for themselves; other destinations are asked and copied with their own tools. */
async function getWarehouse(destination: LoadDestination, Refusal: new (message: string) => Error): Promise<EmbeddedWarehouse> {
  const { warehouse } = await sinks.get(destination);
  if (warehouse === undefined)
    throw new Refusal(`Only an embedded warehouse can do that; this destination is of type ${destination.kind}.`);
  return warehouse;
}

async function load({ destination, window, gate, heldFrom }: ThreadCalls['load']['input']): Promise<ThreadCalls['load']['output']> {
  const commit = createCommitCheck(gate, heldFrom);
  try {
    return await sinks.inTurn(destination, async ({ sink }) => {
      // What waited for its turn need not begin.
      commit.check();
      return loadWindow(sink, window, Date.now, () => commit.last());
    });
  } finally {
    // They were transferred here: nobody else has them.
    for (const { payload } of window.batches) freeMemory(payload);
  }
}

async function answer(request: ThreadRequest): Promise<ThreadCalls[CallKind]['output']> {
  switch (request.kind) {
    case 'load':
      return load(request.input);
    case 'check':
      await (await sinks.get(request.input.destination)).sink.check();
      return undefined;
    case 'query':
      return (await getWarehouse(request.input.destination, QueryRefusedError)).query(request.input.sql, request.input.limits);
    case 'copy':
      return (await getWarehouse(request.input.destination, CopyFailedError)).copyTo(request.input.file);
    case 'listRejects':
      return listRejects((await sinks.get(request.input.destination)).sink, request.input.query, request.input.records);
    case 'markRejects':
      return (await sinks.get(request.input.destination)).sink.markRejects(request.input.change);
    case 'retain':
      sinks.retain(request.input.id, request.input.destination);
      return undefined;
    case 'ping':
      return undefined;
    case 'stopQueries':
      for (const { warehouse } of sinks.all) warehouse?.stopQueries();
      return undefined;
    case 'close':
      await sinks.close();
      return undefined;
  }
}

port.on('message', (request: ThreadRequest) => {
  const { id } = request;
  answer(request).then(
    (output) => port.postMessage({ id, ok: true, output } satisfies ThreadReply),
    (error: unknown) => port.postMessage({ id, ok: false, error: writeError(error) } satisfies ThreadReply),
  );
});
