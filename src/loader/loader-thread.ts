import { parentPort, workerData } from 'node:worker_threads';
import { freeMemory } from '../lib/free-memory.ts';
import type { DuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { createDuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { listRejects } from './list-rejects.ts';
import { loadWindow } from './load-window.ts';
import { writeError } from './thread-errors.ts';
import type { CallKind, LoadDestination, ThreadCalls, ThreadReply, ThreadRequest, WarehouseSettings } from './thread-messages.ts';

/** The thread with all sinks and all of the loader's computing: the main thread stays free for requests. */
const port = parentPort;
if (port === null) throw new Error('This module is the entry of a worker thread.');
const settings = workerData as WarehouseSettings;
const sinks = new Map<number, DuckDbSink>();
/** The last load per destination: describing, planning and loading must see the same tables. */
const loading = new Map<number, Promise<unknown>>();

function getSink(destination: LoadDestination): DuckDbSink {
  let sink = sinks.get(destination.id);
  if (sink === undefined) sinks.set(destination.id, (sink = createDuckDbSink({ ...settings, file: destination.file })));
  return sink;
}

function load({ destination, window }: ThreadCalls['load']['input']): Promise<ThreadCalls['load']['output']> {
  const before = loading.get(destination.id) ?? Promise.resolve();
  const run = before
    .then(() => loadWindow(getSink(destination), window, Date.now))
    // They were transferred here: nobody else has them.
    .finally(() => {
      for (const { payload } of window.batches) freeMemory(payload);
    });
  loading.set(
    destination.id,
    run.catch(() => undefined),
  );
  return run;
}

async function close(): Promise<undefined> {
  await Promise.all(loading.values());
  await Promise.all([...sinks.values()].map((sink) => sink.close()));
  return undefined;
}

async function answer(request: ThreadRequest): Promise<ThreadCalls[CallKind]['output']> {
  switch (request.kind) {
    case 'load':
      return load(request.input);
    case 'query':
      return getSink(request.input.destination).query(request.input.sql, request.input.limits);
    case 'copy':
      return getSink(request.input.destination).copyTo(request.input.file);
    case 'listRejects':
      return listRejects(getSink(request.input.destination), request.input.query, request.input.records);
    case 'markRejects':
      return getSink(request.input.destination).markRejects(request.input.change);
    case 'stopQueries':
      for (const sink of sinks.values()) sink.stopQueries();
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
