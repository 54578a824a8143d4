import { maxDataPoints, maxKeyCharacters, maxRecords } from '../../contract/import-limits.ts';
import type { Decoded, DecodeRequest, Refusal } from './decoded.ts';
import type { FillContext } from './fill.ts';
import { TooManyPathsError } from './fill.ts';
import { createScanner, peek, scanElements, scanEnd, scanValue } from './json/scanner.ts';
import { Kind } from './json/tape.ts';
import type { KeptTables } from './kept-tables.ts';
import { maxTapeLength } from './limits.ts';
import { quoted } from './members.ts';
import { badPush } from './push-answers.ts';
import { findKeyProblem, hasTooManyDataPoints, keyNamesOf } from './record-data.ts';
import type { TableMessages } from './tables.ts';
import { addUpsert, createTable, encodeTable } from './tables.ts';
import { sequenceHalves } from './webhook-sequence.ts';
import type { Workspace } from './workspace.ts';

/** All records of a webhook source go here (import-api.md §11.2). */
const tableName = 'data';

/**
 * Reads the body of a webhook: one JSON object, an array of objects, or the fields of a form; all or nothing. With a key every record must
 * have it. Throws `JsonError` when any byte of the body is malformed.
 */
export function readWebhook(workspace: Workspace, request: DecodeRequest): Decoded {
  const { format, webhook } = request;
  if (webhook === undefined) throw new Error('A webhook comes with its sequence.');
  // Before it is taken apart, which takes many times the memory of the body.
  if (format === 'form' && countFields(request.body) > maxDataPoints) return badPush(`Record 0 has more than ${maxDataPoints} data points`);
  const context = workspace.open(format === 'form' ? jsonOfForm(request.body) : request.body);
  const scanner = createScanner(context.bytes);
  const table = findTable(workspace.kept, webhook.keyName);
  let refusal: Refusal | undefined;
  const visit = (index: number): void => {
    if (index >= maxRecords) return;
    // After a refusal the rest is only read for being JSON.
    if (refusal !== undefined) return;
    sequenceHalves(webhook.sequence, index, context.halves);
    refusal = addRecord(context, table, index);
  };
  let records = 1;
  if (peek(scanner) === 0x5b) records = scanElements(scanner, context.tape, 0, visit);
  else {
    scanValue(scanner, context.tape, 0);
    visit(0);
  }
  scanEnd(scanner);
  if (records === 0) return badPush('At least one record is expected');
  if (records > maxRecords) return badPush(`At most ${maxRecords} records are expected`);
  return refusal ?? { ok: true, records, batches: [encodeTable(context, table)] };
}

function findTable(kept: KeptTables, keyName: string | undefined): TableMessages {
  const keyNames = keyNamesOf(keyName === undefined ? [] : [keyName]);
  const found = kept.find({
    id: JSON.stringify(['webhook', keyName]),
    create: () => createTable({ table: tableName, keyNames, tableVersion: undefined, bookmarkNames: [], typing: undefined }),
  });
  kept.use(found);
  return found.messages;
}

/** Adds the record on the tape; `context.halves` holds its sequence. */
function addRecord(context: FillContext, table: TableMessages, index: number): Refusal | undefined {
  const { tape } = context;
  if (tape.overflowed) return badPush(`Record ${index} has more than ${maxTapeLength} keys and values`);
  if (tape.kinds[0] !== Kind.object) return badPush(`Record ${index} is not a JSON object`);
  if (hasTooManyDataPoints(tape, 0)) return badPush(`Record ${index} has more than ${maxDataPoints} data points`);
  const keyProblem = findKeyProblem(context, 0, table.keyNames);
  if (keyProblem?.problem === 'too-long') return badPush(`String keys cannot be longer than ${maxKeyCharacters} characters`);
  if (keyProblem) return badPush(`Record ${index} has no value in its primary key ${quoted(keyProblem.name)}`);
  try {
    addUpsert(context, table, 0);
  } catch (error) {
    if (error instanceof TooManyPathsError) return badPush(error.message);
    throw error;
  }
  return undefined;
}

/** Fields of a form: what lies between its `&`, empty places aside. Each is a data point. */
function countFields(body: Uint8Array): number {
  let fields = 0;
  for (let start = 0; start < body.length;) {
    const next = body.indexOf(0x26, start);
    const end = next < 0 ? body.length : next;
    if (end > start) fields += 1;
    if (fields > maxDataPoints) return fields;
    start = end + 1;
  }
  return fields;
}

/** The fields of a form as one JSON object of texts; those of one name become an array (WHATWG URL, urlencoded parsing). */
function jsonOfForm(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))) {
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(value);
    else fields.set(name, before === undefined ? value : [before, value]);
  }
  return Buffer.from(JSON.stringify(Object.fromEntries(fields)), 'utf8');
}
