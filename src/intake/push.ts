import { maxRecords } from '../../contract/import-limits.ts';
import { createClientIds } from './client-ids.ts';
import type { Decoded, DecodeRequest, Refusal } from './decoded.ts';
import { TooManyPathsError } from './fill.ts';
import type { FillContext } from './fill.ts';
import { createScanner, peek, scanElements, scanEnd, scanValue } from './json/scanner.ts';
import { Kind } from './json/tape.ts';
import { maxTapeLength } from './limits.ts';
import { readMembers } from './members.ts';
import { badPush, unprocessable } from './push-answers.ts';
import { checkRecord, Field, isActivation, keyProblemTexts, pushKeyCount, pushKeys } from './push-record.ts';
import type { PushTables } from './push-tables.ts';
import { createPushTables } from './push-tables.ts';
import { findKeyProblem } from './record-data.ts';
import { addActivation, addUpsert, encodeTable } from './tables.ts';

/**
 * Reads a push or validate body (import-api.md §4): all or nothing. Refusals, first to last: not an array, number of records, client ids,
 * then the first record at fault. Throws `JsonError` when any byte of the body is malformed.
 */
export function readPush(context: FillContext, { accountId, endpoint }: DecodeRequest): Decoded {
  const { tape } = context;
  const scanner = createScanner(context.bytes);
  if (peek(scanner) !== 0x5b) {
    scanValue(scanner, tape, 0);
    scanEnd(scanner);
    return badPush('An array of records is expected');
  }
  const clientIds = createClientIds(accountId);
  const found = new Int32Array(pushKeyCount);
  const tables = createPushTables(context);
  let refusal: Refusal | undefined;
  const records = scanElements(scanner, tape, 0, (index) => {
    if (index >= maxRecords) return;
    if (tape.overflowed) refusal ??= unprocessable({ data: [`a record cannot have more than ${maxTapeLength} keys and values`] });
    else if (tape.kinds[0] !== Kind.object) clientIds.see(context, -1);
    else {
      const unknown = readMembers(context, 0, pushKeys, found);
      clientIds.see(context, found[Field.clientId] as number);
      // After a refusal the rest is only read for its client ids and for being JSON.
      refusal ??= addRecord(context, tables, found, unknown);
    }
  });
  scanEnd(scanner);
  if (records === 0) return badPush('An array of at least one record is expected');
  if (records > maxRecords) return badPush(`An array of at most ${maxRecords} records is expected`);
  refusal = clientIds.refusal() ?? refusal;
  if (refusal) return refusal;
  return { ok: true, records, batches: endpoint === 'validate' ? [] : tables.all().map(encodeTable) };
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
