import { join } from 'node:path';
import { withDirectory } from './directory.ts';
import { largeRecords, largeTable, writeLargeBodies, type LargeBody } from './large-body.ts';
import { distinctIds, generateRows, table } from './records.ts';
import { writeRequestFile } from './request-file.ts';
import { runClient, type ClientReport } from './run-client.ts';
import { runLargeClient } from './run-large-client.ts';
import { readConsumption, startTarget, type Target } from './target.ts';

interface LargeBodyPhase {
  readonly encoding: LargeBody['encoding'];
  /** On the wire. */
  readonly body_bytes: number;
  readonly accepted: number;
  /** Answered 503 with Retry-After, which is right when there is no room. */
  readonly refused: number;
  readonly p50_ms: number;
  readonly max_ms: number;
  readonly small_requests: number;
  readonly small_p50_ms: number;
  readonly small_p99_ms: number;
  /** Of the server, since its start. */
  readonly peak_rss_mb: number;
}

export interface LargeBodiesMeasure {
  readonly seconds: number;
  readonly connections: number;
  readonly phases: readonly LargeBodyPhase[];
  /** Records of all accepted requests, found in the warehouse one by one. */
  readonly records: number;
  /** The worse of the two. */
  readonly small_p99_ms: number;
  /** Of the server, until everything was loaded. */
  readonly peak_rss_mb: number;
}

const connections = 32;
const smallConnections = 16;
const smallEveryMs = 50;
/** The first of each phase, which does not count: code the server runs for the first time. */
const warmMs = 2000;

/**
 * Clients that send bodies of 20 MB without a pause, plain for half of the time, then compressed, and beside them a client with a trickle
 * of single records, whose latency counts. Throws when a record of an accepted request is not in the warehouse afterwards.
 */
export function measureLargeBodies(seconds: number): Promise<LargeBodiesMeasure> {
  return withDirectory(async (directory) => {
    const bodies = writeLargeBodies(directory);
    const target = await startTarget(directory);
    const rows = generateRows(1);
    const phases: LargeBodyPhase[] = [];
    let smallRecords = 0;
    for (const [index, body] of bodies.entries()) {
      const file = join(directory, `small-${index}`);
      const measureMs = warmMs + (seconds * 1000) / bodies.length;
      const requests = Math.ceil((measureMs * smallConnections) / smallEveryMs);
      writeRequestFile({ path: file, requests, recordsPerRequest: 1, token: target.token, clientId: target.accountId, rows });
      const [small, phase] = await measurePhase(target, { body, file, measureMs });
      if (small.answered !== requests) throw new Error(`${small.answered} of ${requests} small requests were sent.`);
      smallRecords += small.answered;
      phases.push(phase);
    }
    const largeRows = phases.reduce((sum, { accepted }) => sum + accepted, 0) * largeRecords;
    await target.loaded();
    await requireRows(target, largeTable, largeRows);
    await requireRows(target, table, distinctIds(smallRecords));
    const { peakMb } = readConsumption(target.processId);
    await target.close();
    return {
      seconds,
      connections,
      phases,
      records: largeRows + smallRecords,
      small_p99_ms: Math.max(...phases.map((phase) => phase.small_p99_ms)),
      peak_rss_mb: Math.round(peakMb),
    };
  });
}

async function measurePhase(
  target: Target,
  options: { readonly body: LargeBody; readonly file: string; readonly measureMs: number },
): Promise<[ClientReport, LargeBodyPhase]> {
  const { body, file, measureMs } = options;
  const { port, token } = target;
  const [large, small] = await Promise.all([
    runLargeClient({ ...body, port, token, connections, measureMs }),
    runClient({ port, file, connections: smallConnections, everyMs: smallEveryMs, warmMs }),
  ]);
  const { peakMb } = readConsumption(target.processId);
  const phase = {
    encoding: body.encoding,
    body_bytes: body.bytes,
    accepted: large.accepted,
    refused: large.refused,
    p50_ms: Math.round(large.p50Ms),
    max_ms: Math.round(large.maxMs),
    small_requests: small.requests,
    small_p50_ms: Number(small.p50Ms.toFixed(2)),
    small_p99_ms: Number(small.p99Ms.toFixed(2)),
    peak_rss_mb: Math.round(peakMb),
  };
  return [small, phase];
}

async function requireRows(target: Target, name: string, rows: number): Promise<void> {
  const found = await target.countRows(name);
  if (found !== rows) throw new Error(`${found} rows of ${name} arrived instead of ${rows}.`);
}
