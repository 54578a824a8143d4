import { parentPort, workerData } from 'node:worker_threads';
import { freeMemory } from '../lib/free-memory.ts';
import { QueryFailedError } from '../sinks/errors.ts';
import type { DuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { createDuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { checkPostgres } from '../sinks/postgres/check.ts';
import { loadWindow } from './load-window.ts';
import { createOpenSinks } from './open-sinks.ts';
import { createResolveHost } from './resolve-host.ts';
import { writeError } from './thread-errors.ts';
import type { CallKind, LoadDestination, ThreadCalls, ThreadReply, ThreadRequest, ThreadSettings } from './thread-messages.ts';

/** The thread with all sinks and all of the loader's computing: the main thread stays free for requests. */
const port = parentPort;
if (port === null) throw new Error('This module is the entry of a worker thread.');
const { egress = { privateAllowed: false, allowed: [] }, ...settings } = workerData as ThreadSettings;
const resolveHost = createResolveHost(egress);
const sinks = createOpenSinks({ open: openSink, close: (sink) => sink.close() });

function openSink(destination: LoadDestination): DuckDbSink {
  if (destination.kind !== 'duckdb') throw new QueryFailedError('This kind of destination can be checked only.');
  return createDuckDbSink({ ...settings, file: destination.file });
}

function check(destination: LoadDestination): Promise<void> {
  return destination.kind === 'postgres' ? checkPostgres(destination.connection, resolveHost) : sinks.get(destination).check();
}

async function load({ destination, window }: ThreadCalls['load']['input']): Promise<ThreadCalls['load']['output']> {
  try {
    return await sinks.inTurn(destination, (sink) => loadWindow(sink, window, Date.now));
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
      await check(request.input.destination);
      return undefined;
    case 'query':
      return sinks.get(request.input.destination).query(request.input.sql, request.input.limits);
    case 'copy':
      return sinks.get(request.input.destination).copyTo(request.input.file);
    case 'stopQueries':
      for (const sink of sinks.all) sink.stopQueries();
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
