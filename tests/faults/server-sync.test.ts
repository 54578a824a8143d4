/** Durability beyond the process: between the last byte of a body and the first byte of its 2xx a sync of the buffer finishes. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { startServerProcess } from '../support/server-process.ts';
import { canTrace, parseTrace, syncsBetween, type TracedCall } from '../support/strace.ts';
import { createTestSource, send } from '../support/test-app.ts';

const requests = 200;

/** Pushes one record at a time into a traced server and counts the answers that had a finished sync of the buffer before them. */
async function countSynced(entry?: string): Promise<{ readonly answered: number; readonly synced: number }> {
  const dataDirectory = realpathSync(mkdtempSync(join(tmpdir(), 'thimble-sync-')));
  const traceFile = `${dataDirectory}.trace`;
  try {
    const server = await startServerProcess({
      dataDirectory,
      ...(entry === undefined ? {} : { entry }),
      wrapper: ['strace', '-f', '-y', '-s', '4096', '-o', traceFile, '-e', 'trace=read,readv,recvfrom,write,writev,sendto,fsync,fdatasync'],
    });
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    const { token, accountId } = await createTestSource({ operator, url: server.url });
    for (let id = 1; id <= requests; id += 1) {
      const body = `[{"client_id":${accountId},"table_name":"rows","action":"upsert","key_names":["id"],"sequence":${id},"data":{"id":${id},"end":"last-byte-${id}."}}]`;
      expect((await send(server.url, 'POST', '/v2/import/push', { token, body })).status).toBe(201);
    }
    // SIGTERM goes to strace, which passes it on to nobody: the traced server is its child.
    const pid = Number(readFileSync(join(dataDirectory, 'lock.pid'), 'utf8'));
    const ended = new Promise((resolve) => server.child.once('exit', resolve));
    process.kill(pid, 'SIGTERM');
    await ended;

    const calls = parseTrace(readFileSync(traceFile, 'utf8'));
    const bodies = calls.filter(({ name, args }) => name.startsWith('re') && args.includes('last-byte-'));
    const answers = calls.filter(({ name, args }) => !name.startsWith('re') && args.includes('HTTP/1.1 201'));
    let synced = 0;
    for (let id = 1; id <= requests; id += 1) {
      const body = bodies.find(({ args }) => args.includes(`last-byte-${id}.`));
      const answer = findAnswer(answers, body);
      if (body !== undefined && answer !== undefined && syncsBetween(calls, body, answer, join(dataDirectory, 'buffer')).length > 0)
        synced += 1;
    }
    return { answered: answers.length, synced };
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
    rmSync(traceFile, { force: true });
  }
}

/** Requests come one after another, so the first 201 written after a body was read is its own. */
function findAnswer(answers: readonly TracedCall[], body: TracedCall | undefined): TracedCall | undefined {
  return body === undefined ? undefined : answers.find(({ began }) => began > body.ended);
}

it(`each of ${requests} answers follows a finished sync of the buffer`, async ({ skip }) => {
  if (!canTrace()) return skip('no strace');
  expect(await countSynced()).toEqual({ answered: requests, synced: requests });
});

it('the same trace shows no sync once synchronous is off, so the test above can fail', async ({ skip }) => {
  if (!canTrace()) return skip('no strace');
  const { answered, synced } = await countSynced(new URL('../support/unsynced-server-child.ts', import.meta.url).pathname);
  expect({ answered, synced }).toEqual({ answered: requests, synced: 0 });
});
