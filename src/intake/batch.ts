import { maxDataPoints, maxKeyCharacters } from '../../contract/import-limits.ts';
import { badBatch, failedValidation, foundType, missingKey, wrongType } from './batch-answers.ts';
import type { Envelope } from './batch-envelope.ts';
import { readEnvelope } from './batch-envelope.ts';
import { checkMessage, MessageField } from './batch-message.ts';
import { microsecondsOf } from './date-time.ts';
import type { Decoded, Refusal } from './decoded.ts';
import type { FillContext } from './fill.ts';
import { TooManyPathsError } from './fill.ts';
import { readString } from './json/read-value.ts';
import type { JsonObject } from './json/read-value.ts';
import type { Scanner } from './json/scanner.ts';
import { createScanner, peek, scanElements, scanEnd, scanValue } from './json/scanner.ts';
import { maxTapeLength } from './limits.ts';
import { quoted } from './members.ts';
import { findKeyProblem, hasTooManyDataPoints, keyNamesOf } from './record-data.ts';
import { compileTyping, ComplexSchemaError } from './schema/typing.ts';
import type { TableMessages } from './tables.ts';
import { addActivation, addUpsert, createTable, encodeTable } from './tables.ts';

/**
 * Reads a batch body (import-api.md §3): all or nothing. The messages are scanned twice, because the schema may come after them.
 * Throws `JsonError` when any byte of the body is malformed.
 */
export function readBatch(context: FillContext): Decoded {
  const { tape } = context;
  const scanner = createScanner(context.bytes);
  if (peek(scanner) !== 0x7b) {
    scanValue(scanner, tape, 0);
    scanEnd(scanner);
    return failedValidation([wrongType('#', 'JSONObject', foundType(context, 0))]);
  }
  const envelope = readEnvelope(scanner, tape);
  scanEnd(scanner);
  if ('ok' in envelope) return envelope;
  const stray = keyNamesRefusal(envelope);
  if (stray) return stray;
  try {
    return readMessages(context, scanner, envelope);
  } catch (error) {
    if (error instanceof TooManyPathsError || error instanceof ComplexSchemaError) return badBatch(error.message);
    throw error;
  }
}

function readMessages(context: FillContext, scanner: Scanner, envelope: Envelope): Decoded {
  const table = createTable({ ...envelope, keyNames: keyNamesOf(envelope.keyNames), typing: compileTyping(envelope.schema) });
  const found = new Int32Array(4);
  let refusal: Refusal | undefined;
  scanner.at = envelope.messagesAt;
  scanElements(scanner, context.tape, 1, (index) => {
    refusal ??= addMessage(context, envelope, table, index, found);
  });
  return refusal ?? { ok: true, records: envelope.messages, batches: [encodeTable(table)] };
}

/** Every key must be a top-level property of the schema, where the schema lists properties (import-api.md §6.4). */
function keyNamesRefusal({ schema, keyNames }: Envelope): Refusal | undefined {
  const properties = schema.get('properties');
  if (!(properties instanceof Map)) return undefined;
  const stray = keyNames.find((name) => !(properties as JsonObject).has(name));
  return stray === undefined
    ? undefined
    : failedValidation([`#/key_names: key property [${quoted(stray)}] is not among the properties of the schema`]);
}

function addMessage(context: FillContext, envelope: Envelope, table: TableMessages, index: number, found: Int32Array): Refusal | undefined {
  if (context.tape.overflowed) return badBatch(`Record ${index} has more than ${maxTapeLength} keys and values`);
  const action = checkMessage(context, index, found);
  if (typeof action === 'object') return action;
  const timeAt = found[MessageField.timeExtracted] as number;
  const timeExtracted = timeAt < 0 ? undefined : microsecondsOf(readString(context, timeAt));
  if (action === 'activate_version') {
    if (envelope.tableVersion === undefined) return failedValidation([missingKey('#', 'table_version')]);
    addActivation(context, table, timeExtracted);
    return undefined;
  }
  const data = found[MessageField.data] as number;
  if (hasTooManyDataPoints(context.tape, data)) return badBatch(`Record ${index} has more than ${maxDataPoints} data points`);
  const keyProblem = findKeyProblem(context, data, table.keyNames);
  if (keyProblem?.problem === 'too-long') return badBatch(`String keys cannot be longer than ${maxKeyCharacters} characters`);
  if (keyProblem) return badBatch(`Record is missing key property ${quoted(keyProblem.name)}`);
  addUpsert(context, table, data, timeExtracted);
  return undefined;
}
