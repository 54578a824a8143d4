import { parentPort, workerData } from 'node:worker_threads';
import { CopyFailedError, QueryRefusedError } from '../sinks/errors.ts';
import type { Sink } from '../sinks/sink.ts';
import { loadWindow } from './load-window.ts';
import type { EmbeddedWarehouse, OpenSink } from './open-sink.ts';
import { openSink } from './open-sink.ts';
import { writeError } from './thread-errors.ts';
import type { CallKind, LoadDestination, ThreadCalls, ThreadReply, ThreadRequest, WarehouseSettings } from './thread-messages.ts';

/** The thread with all sinks and all of the loader's computing: the main thread stays free for requests. */
const port = parentPort;
if (port === null) throw new Error('This module is the entry of a worker thread.');
const settings = workerData as WarehouseSettings;
const sinks = new Map<number, OpenSink>();
/** The last load per destination: describing, planning and loading must see the same tables. */
const loading = new Map<number, Promise<unknown>>();

function getOpen(destination: LoadDestination): OpenSink {
  let open = sinks.get(destination.id);
  if (open === undefined) sinks.set(destination.id, (open = openSink(destination, settings)));
  return open;
}

function getSink(destination: LoadDestination): Sink {
  return getOpen(destination).sink;
}

/** Only embedded warehouses answer for themselves; other destinations are asked and copied with their own tools. */
function getWarehouse(destination: LoadDestination, Refusal: new (message: string) => Error): EmbeddedWarehouse {
  const { warehouse } = getOpen(destination);
  if (warehouse === undefined)
    throw new Refusal(`Only an embedded warehouse can do that; this destination is of type ${destination.kind}.`);
  return warehouse;
}

function load({ destination, window }: ThreadCalls['load']['input']): Promise<ThreadCalls['load']['output']> {
  const before = loading.get(destination.id) ?? Promise.resolve();
  const run = before.then(() => loadWindow(getSink(destination), window, Date.now));
  loading.set(
    destination.id,
    run.catch(() => undefined),
  );
  return run;
}

async function close(): Promise<undefined> {
  await Promise.all(loading.values());
  await Promise.all([...sinks.values()].map(({ sink }) => sink.close()));
  return undefined;
}

async function answer(request: ThreadRequest): Promise<ThreadCalls[CallKind]['output']> {
  switch (request.kind) {
    case 'load':
      return load(request.input);
    case 'query':
      return getWarehouse(request.input.destination, QueryRefusedError).query(request.input.sql, request.input.limits);
    case 'copy':
      return getWarehouse(request.input.destination, CopyFailedError).copyTo(request.input.file);
    case 'stopQueries':
      for (const { warehouse } of sinks.values()) warehouse?.stopQueries();
      return undefined;
    case 'close':
      return close();
  }
}

port.on('message', (request: ThreadRequest) => {
  const { id } = request;
  answer(request).then(
    (output) => port.postMessage({ id, ok: true, output } satisfies ThreadReply),
    (error: unknown) => port.postMessage({ id, ok: false, error: writeError(error) } satisfies ThreadReply),
  );
});
