/** The Connect API as commands use it: where the server is, which key, and failures as one sentence. */
import { ApiError } from '../../client/http.ts';
import { createConnectClient, type ConnectClient } from '../../client/connect-api.ts';
import { readEnv } from '../config/env.ts';
import { CommandError, findText, getText, type Invocation } from './command.ts';
import { formatTable } from './table.ts';

const defaultUrl = 'http://127.0.0.1:4600';

/** Client for the server and the key a command was given, by flag or by environment. */
export function connectApi(invocation: Invocation): ConnectClient {
  const text = findText(invocation, 'url') ?? readEnv('THIMBLE_URL') ?? defaultUrl;
  if (!URL.canParse(text)) throw new CommandError(`--url must be a URL such as ${defaultUrl}, not "${text}".`, 64);
  const baseUrl = new URL(text);
  const apiKey = readEnv('THIMBLE_API_KEY') ?? '';
  if (apiKey === '') throw new CommandError('Give an API access key in THIMBLE_API_KEY.', 64);
  const client = createConnectClient({ baseUrl, apiKey });
  return {
    async call(name, input) {
      try {
        return await client.call(name, input);
      } catch (error) {
        if (error instanceof ApiError) throw new CommandError(messageOf(error));
        if (error instanceof TypeError) throw new CommandError(`No server answers at ${baseUrl.origin}.`);
        if (error instanceof DOMException) throw new CommandError(`The server at ${baseUrl.origin} did not answer in time.`);
        throw error;
      }
    },
  };
}

/** Prints a reply: whole as JSON with `--json`, else as what people read. */
export function printReply(invocation: Invocation, reply: unknown, readable: () => string): number {
  process.stdout.write(`${invocation.flags['json'] === true ? JSON.stringify(reply) : readable()}\n`);
  return 0;
}

/** Prints a list: whole as JSON with `--json`, else one line each. */
export function printList<Entry>(
  invocation: Invocation,
  entries: readonly Entry[],
  toRow: (entry: Entry) => Readonly<Record<string, unknown>>,
): number {
  return printReply(invocation, entries, () => (entries.length === 0 ? 'None.' : formatTable(entries.map(toRow))));
}

/** A flag that is JSON text of an object. */
export function findObject(invocation: Invocation, name: string): Record<string, unknown> | undefined {
  const text = findText(invocation, name);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below, in one sentence.
  }
  throw new CommandError(`--${name} must be a JSON object, e.g. '{"host":"db.example.com"}'.`, 64);
}

/** The id a command is about, its only argument or a flag. */
function parseId(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new CommandError(`The ${what} must be an id, a number, not "${text}".`, 64);
  return Number(text);
}

/** A required flag that is an id. */
export function getId(invocation: Invocation, name: string): number {
  return parseId(getText(invocation, name), name);
}

/** The one argument of a command, an id. */
export function getOwnId({ positionals: [text = ''] }: Invocation, what: string): number {
  return parseId(text, what);
}

/** What the server says is wrong, whatever shape it says it in (connect-api.md §2.2). */
function messageOf({ status, body }: ApiError): string {
  if (typeof body === 'string' && body !== '') return body;
  const {
    error,
    data,
    invalid_fields: fields,
  } = (typeof body === 'object' && body !== null ? body : {}) as Partial<Record<string, unknown>>;
  for (const part of [error, data]) {
    if (typeof part === 'object' && part !== null && 'message' in part && typeof part.message === 'string') return part.message;
  }
  return typeof fields === 'string' ? fields : `The server answered ${status}.`;
}
