import { maxDataPoints, maxKeyCharacters } from '../../contract/import-limits.ts';
import { badBatch, failedValidation, foundType, missingKey, nonconformingRecord, wrongType } from './batch-answers.ts';
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
import type { KeptTable, KeptTables } from './kept-tables.ts';
import { maxTapeLength } from './limits.ts';
import { quoted } from './members.ts';
import { findKeyProblem, hasTooManyDataPoints, keyNamesOf } from './record-data.ts';
import { InvalidSchemaError } from './schema/schema-errors.ts';
import { compileTyping } from './schema/typing.ts';
import type { ValidatorCache } from './schema/validator-cache.ts';
import type { Validator } from './schema/validator.ts';
import type { Work } from './schema/work.ts';
import type { TableMessages } from './tables.ts';
import { addActivation, addUpsert, createTable, encodeTable } from './tables.ts';
import type { Workspace } from './workspace.ts';

/** What reading a batch needs besides its bytes. */
export interface BatchReading {
  readonly validators: ValidatorCache;
  /** What checking the records may take. */
  readonly work: Work;
}

/**
 * Reads a batch body (import-api.md §3): all or nothing. The messages are scanned twice, because the schema may come after them.
 * Throws `JsonError` when any byte of the body is malformed, `WorkLimitError` when the work does not suffice.
 */
export function readBatch(workspace: Workspace, body: Uint8Array<ArrayBuffer>, reading: BatchReading): Decoded {
  const context = workspace.open(body);
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
  let kept: KeptTable | undefined;
  try {
    const known = reading.validators.get(envelope.schemaText, reading.work, envelope.readSchema);
    const refusal = keyNamesRefusal(known.schema, envelope);
    if (refusal) return refusal;
    kept = findTable(workspace.kept, envelope, known.schema);
    return readMessages({ context, scanner, envelope, table: kept.messages, validator: known.validator, work: reading.work });
  } catch (error) {
    if (error instanceof InvalidSchemaError && kept !== undefined && kept.bytes > 0) {
      // What bodies before looked up in the schema counts here too: read this one as the first.
      workspace.kept.drop(kept);
      return readBatch(workspace, body, reading);
    }
    if (error instanceof TooManyPathsError || error instanceof InvalidSchemaError) return badBatch(error.message);
    throw error;
  }
}

/** Its columns are typed by the schema: it is kept for the very same one. */
function findTable(kept: KeptTables, envelope: Envelope, schema: JsonObject): KeptTable {
  const { table, keyNames, tableVersion, bookmarkNames, schemaText } = envelope;
  const found = kept.find({
    id: JSON.stringify([table, keyNames, String(tableVersion), bookmarkNames]),
    schema,
    schemaBytes: schemaText.byteLength,
    create: () => createTable({ ...envelope, keyNames: keyNamesOf(keyNames), typing: compileTyping(schema) }),
  });
  kept.use(found);
  return found;
}

interface MessagesReading {
  readonly context: FillContext;
  readonly scanner: Scanner;
  readonly envelope: Envelope;
  readonly table: TableMessages;
  readonly validator: Validator;
  readonly work: Work;
}

function readMessages({ context, scanner, envelope, table, validator, work }: MessagesReading): Decoded {
  const found = new Int32Array(4);
  const check = validator.open(context, work);
  let refusal: Refusal | undefined;
  scanner.at = envelope.messagesAt;
  scanElements(scanner, context.tape, 1, (index) => {
    refusal ??= addMessage({ context, envelope, table, index, found, check });
  });
  return refusal ?? { ok: true, records: envelope.messages, batches: [encodeTable(context, table)] };
}

/** Every key must be a top-level property of the schema, where the schema lists properties (import-api.md §6.4). */
function keyNamesRefusal(schema: JsonObject, { keyNames }: Envelope): Refusal | undefined {
  const properties = schema.get('properties');
  if (!(properties instanceof Map)) return undefined;
  const stray = keyNames.find((name) => !(properties as JsonObject).has(name));
  return stray === undefined
    ? undefined
    : failedValidation([`#/key_names: key property [${quoted(stray)}] is not among the properties of the schema`]);
}

interface MessageReading {
  readonly context: FillContext;
  readonly envelope: Envelope;
  readonly table: TableMessages;
  readonly index: number;
  readonly found: Int32Array;
  readonly check: (at: number) => readonly string[] | undefined;
}

function addMessage({ context, envelope, table, index, found, check }: MessageReading): Refusal | undefined {
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
  const failures = check(data);
  if (failures) return nonconformingRecord(index, failures);
  addUpsert(context, table, data, timeExtracted);
  return undefined;
}
