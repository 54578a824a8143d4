/**
 * `thimble push`: NDJSON → batch requests. Lines travel as they are, so numbers keep their digits. After each 2xx the place in the file
 * is saved; a second run goes on from there with the same sequences, so a keyed table never sees a line twice.
 */
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../../../client/http.ts';
import { createImportClient, type ImportClient } from '../../../client/import-api.ts';
import { readEnv } from '../../config/env.ts';
import { CommandError, findText, getText, type Invocation } from '../command.ts';
import { readLineChunks, type LineChunk } from '../ndjson.ts';
import { createProgressBar } from '../progress-bar.ts';
import { openPushState, removePushState, savePushState } from '../push-state.ts';

const limits = { maxLines: 5000, maxBytes: 4_000_000 };
const maxAttempts = 8;

export async function run(invocation: Invocation): Promise<number> {
  const [file = ''] = invocation.positionals;
  const baseUrl = parseUrl(getText(invocation, 'url'));
  const token = findText(invocation, 'token') ?? readEnv('THIMBLE_TOKEN');
  if (token === undefined) throw new CommandError('Give an import token with --token or THIMBLE_TOKEN.', 64);
  const table = getText(invocation, 'table');
  const key = (findText(invocation, 'key') ?? '').split(',').filter((name) => name !== '');
  const { size, mtimeMs } = statFile(file);
  let state = openPushState(file, { url: baseUrl.origin, table, key, size, mtimeMs }, Date.now());
  if (state.offset > 0) process.stderr.write(`Resuming at line ${state.line}.\n`);

  const client = createImportClient({ baseUrl, token });
  const bar = createProgressBar(process.stderr);
  let records = 0;
  for await (const chunk of readLineChunks(file, state, limits)) {
    await sendWithRetries(client, toEnvelope(table, key, chunk, BigInt(state.sequenceBase)), chunk);
    records += chunk.lines.length;
    state = { ...state, offset: chunk.nextOffset, line: chunk.nextLine };
    savePushState(file, state);
    bar.show(chunk.nextOffset, size, `${records} records`);
  }
  bar.end();
  removePushState(file);
  process.stdout.write(`${records} records were accepted into ${table}.\n`);
  return 0;
}

function toEnvelope(table: string, key: readonly string[], chunk: LineChunk, sequenceBase: bigint): string {
  const first = sequenceBase + BigInt(chunk.firstLine - 1);
  const messages = chunk.lines.map((line, index) => `{"action":"upsert","sequence":${first + BigInt(index)},"data":${line}}`);
  return `{"table_name":${JSON.stringify(table)},"schema":{},"key_names":${JSON.stringify(key)},"messages":[${messages.join(',')}]}`;
}

async function sendWithRetries(client: ImportClient, envelope: string, chunk: LineChunk): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.sendBatch(envelope);
      return;
    } catch (error) {
      const where = `lines ${chunk.firstLine} to ${chunk.nextLine - 1}`;
      if (error instanceof ApiError && error.status < 500) throw new CommandError(`The server refused ${where}: ${error.message}`);
      if (attempt === maxAttempts) throw new CommandError(`Gave up on ${where}: ${String(error)}. Run the same command again to resume.`);
      const retryAfterS = error instanceof ApiError ? error.retryAfterS : undefined;
      await delay((retryAfterS ?? Math.min(30, 0.25 * 2 ** attempt)) * 1000);
    }
  }
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new CommandError(`--url must be a URL such as http://127.0.0.1:4600, not "${text}".`, 64);
  return new URL(text);
}

function statFile(file: string): { size: number; mtimeMs: number } {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) throw new CommandError(`There is no file ${file}.`);
  return { size: stats.size, mtimeMs: stats.mtimeMs };
}
