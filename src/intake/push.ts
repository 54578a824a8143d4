import { maxRecords } from '../../contract/import-limits.ts';
import { createClientIds } from './client-ids.ts';
import type { Decoded, DecodeRequest, Refusal } from './decoded.ts';
import { RepeatedKeyError, TooManyPathsError } from './fill.ts';
import type { FillContext } from './fill.ts';
import { createScanner, peek, scanElements, scanEnd, scanValue } from './json/scanner.ts';
import type { Tape } from './json/tape.ts';
import { Kind } from './json/tape.ts';
import { maxTapeLength } from './limits.ts';
import { readMembers } from './members.ts';
import { badPush, unprocessable } from './push-answers.ts';
import { checkRecord, Field, isActivation, keyProblemTexts, pushKeyCount, pushKeys } from './push-record.ts';
import type { PushTables } from './push-tables.ts';
import { findKeyProblem } from './record-data.ts';
import { addActivation, addUpsert, encodeTable } from './tables.ts';
import type { Workspace } from './workspace.ts';

/** Visits the elements of a body, each on the emptied tape; returns their number, undefined when the body is no array. */
type ScanBody = (visit: (index: number) => void) => number | undefined;

/** Reads a push or validate body of JSON. Throws `JsonError` when any byte of the body is malformed. */
export function readJsonPush(workspace: Workspace, request: DecodeRequest): Decoded {
  const context = workspace.open(request.body);
  const scanner = createScanner(context.bytes);
  return readPush(context, workspace, request, (visit) => {
    let count: number | undefined;
    if (peek(scanner) === 0x5b) count = scanElements(scanner, context.tape, 0, visit);
    else scanValue(scanner, context.tape, 0);
    scanEnd(scanner);
    return count;
  });
}

/**
 * Reads a push or validate body (import-api.md §4): all or nothing. Refusals, first to last: not an array, number of records, client ids,
 * then the first record at fault. Throws what `scan` throws, and `RepeatedKeyError` where the context asks for it.
 */
export function readPush(
  context: FillContext,
  { kept, pushTables }: Workspace,
  { accountId, endpoint }: DecodeRequest,
  scan: ScanBody,
): Decoded {
  const { tape } = context;
  const clientIds = createClientIds(accountId);
  const found = new Int32Array(pushKeyCount);
  let refusal: Refusal | undefined;
  const records = scan((index) => {
    if (index >= maxRecords) return;
    if (tape.overflowed) refusal ??= unprocessable({ data: [`a record cannot have more than ${maxTapeLength} keys and values`] });
    else if (tape.kinds[0] !== Kind.object) clientIds.see(context, -1);
    else {
      const unknown = readMembers(context, 0, pushKeys, found);
      if (context.refuseRepeatedKeys && unknown.length === 0 && repeatsKnownKey(tape, found)) throw new RepeatedKeyError();
      clientIds.see(context, found[Field.clientId] as number);
      // After a refusal the rest is only read for its client ids and for being JSON.
      refusal ??= addRecord(context, pushTables, found, unknown);
    }
  });
  if (records === undefined) return badPush('An array of records is expected');
  if (records === 0) return badPush('An array of at least one record is expected');
  if (records > maxRecords) return badPush(`An array of at most ${maxRecords} records is expected`);
  refusal = clientIds.refusal() ?? refusal;
  if (refusal) return refusal;
  return { ok: true, records, batches: endpoint === 'validate' ? [] : kept.used().map(({ messages }) => encodeTable(context, messages)) };
}

/** Whether a record of known keys only has more keys than different ones. */
function repeatsKnownKey(tape: Tape, found: Int32Array): boolean {
  let present = 0;
  for (const at of found) if (at >= 0) present++;
  return present !== tape.starts[0];
}

/** Checks the record on the tape and adds it to its table. */
function addRecord(context: FillContext, tables: PushTables, found: Int32Array, unknown: readonly string[]): Refusal | undefined {
  const problems = checkRecord(context, found, unknown);
  if (problems.length > 0) return unprocessable(Object.fromEntries(problems));
  const table = tables.find(found);
  if (isActivation(context, found)) {
    addActivation(context, table);
    return undefined;
  }
  const data = found[Field.data] as number;
  const keyProblem = findKeyProblem(context, data, table.keyNames);
  if (keyProblem) return unprocessable({ data: [keyProblemTexts[keyProblem.problem]] });
  try {
    addUpsert(context, table, data);
  } catch (error) {
    if (error instanceof TooManyPathsError) return unprocessable(error.message);
    throw error;
  }
  return undefined;
}
