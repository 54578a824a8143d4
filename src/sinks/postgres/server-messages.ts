import { DestinationUnusableError } from '../errors.ts';

export interface MessageRules {
  /** A password in clear text may be asked for: the connection is encrypted. */
  readonly cleartextPassword: boolean;
}

/** The server sent what is no message of the protocol. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
  constructor(problem: string) {
    super(`The server does not speak PostgreSQL's protocol: ${problem}.`);
  }
}

/** The server answers one statement without end: its rows are kept until it has. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
  constructor() {
    super(`The server's answer to one statement is longer than ${maxAnswerBytes} bytes or ${maxAnswerMessages} messages.`);
  }
}

export interface MessageReader {
  /** The whole messages that are complete with this chunk. Throws at the first that is malformed or makes an answer too large. */
  take(chunk: Buffer): Buffer;
}

const headerBytes = 5;
const maxBytesBeforeReady = 64 * 2 ** 10;
const maxBytes = 16 * 2 ** 20;
/** What we ask for describes tables or is a page of rejects: far less than this. */
const maxAnswerBytes = 64 * 2 ** 20;
/** The smallest rows take many times their bytes in memory. */
const maxAnswerMessages = 1_000_000;
const nothing: Buffer = Buffer.alloc(0);

/** Cuts what a server sends into messages and checks each (PostgreSQL, Message Formats). */
export function createMessageReader(rules: MessageRules): MessageReader {
  /** Its first `held` bytes are of a message that is not complete. */
  let room: Buffer = nothing;
  let held = 0;
  /** Bytes without which nothing more can be said. */
  let needed = headerBytes;
  let ready = false;
  /** Of the answer that the server has not ended yet. */
  let answerBytes = 0;
  let answerMessages = 0;

  function countAnswer(type: string, bytes: number): void {
    if (type === 'Z') answerBytes = answerMessages = 0;
    else if ((answerBytes += bytes) > maxAnswerBytes || (answerMessages += 1) > maxAnswerMessages) throw new AnswerTooLargeError();
  }

  /** Where the last complete message ends. */
  function check(bytes: Buffer): number {
    let at = 0;
    needed = headerBytes;
    while (bytes.length - at >= headerBytes) {
      const type = String.fromCharCode(bytes.readUInt8(at));
      const length = bytes.readUInt32BE(at + 1);
      if (length < 4 || length > (ready ? maxBytes : maxBytesBeforeReady))
        throw new MalformedMessageError(`a message of type ${quote(type)} with a length of ${length}`);
      if (bytes.length - at < 1 + length) {
        needed = 1 + length;
        break;
      }
      const end = at + 1 + length;
      checkBody(type, { bytes, at: at + headerBytes, end, type }, ready, rules);
      if (type === 'Z') ready = true;
      countAnswer(type, 1 + length);
      at = end;
    }
    return at;
  }

  return {
    take(chunk) {
      if (held + chunk.length > room.length) room = held === 0 ? chunk : enlarged(room.subarray(0, held), 2 * (held + chunk.length));
      if (room !== chunk) chunk.copy(room, held);
      held += chunk.length;
      if (held < needed) return nothing;
      const bytes = room.subarray(0, held);
      const end = check(bytes);
      room = bytes.subarray(end);
      held = room.length;
      return bytes.subarray(0, end);
    },
  };
}

function enlarged(bytes: Buffer, size: number): Buffer {
  const larger: Buffer = Buffer.allocUnsafe(size);
  bytes.copy(larger);
  return larger;
}

interface Body {
  readonly bytes: Buffer;
  readonly end: number;
  readonly type: string;
  at: number;
}

/** Throws unless pg's parser stays inside this body: it believes every count and length, and looks for a zero byte for ever. */
function checkBody(type: string, body: Body, ready: boolean, rules: MessageRules): void {
  switch (type) {
    case 'R':
      if (ready) throw new MalformedMessageError('authentication after it had ended');
      return checkAuthentication(body, rules);
    case 'E':
    case 'N':
      while (skip(body, 1) !== 0) skipText(body);
      return;
    case 'D':
      for (let fields = count(body); fields > 0; fields -= 1) skipValue(body);
      return;
    case 'T':
      for (let fields = count(body); fields > 0; fields -= 1) {
        skipText(body);
        skip(body, 18);
      }
      return;
    case 't':
      return void skip(body, 4 * count(body));
    case 'G':
    case 'H':
      skip(body, 1);
      return void skip(body, 2 * count(body));
    case 'C':
      return void skipText(body);
    case 'S':
      skipText(body);
      return void skipText(body);
    case 'A':
      skip(body, 4);
      skipText(body);
      return void skipText(body);
    case 'K':
      return void skip(body, 8);
    case 'Z':
      return void skip(body, 1);
    case '1':
    case '2':
    case '3':
    case 'I':
    case 'c':
    case 'd':
    case 'n':
    case 's':
      return;
    default:
      throw new MalformedMessageError(`a message of type ${quote(type)}`);
  }
}

/** The methods that pg knows: none, clear text, MD5 and SCRAM. */
function checkAuthentication(body: Body, rules: MessageRules): void {
  const { bytes, at, end } = body;
  skip(body, 4);
  const method = bytes.readInt32BE(at);
  switch (method) {
    case 3:
      if (rules.cleartextPassword) return;
      throw new DestinationUnusableError('The server asks for the password in clear text, which is sent over TLS only.');
    case 5:
      if (end - at === 8) return;
      break;
    case 10:
      while (skipText(body) > 0);
      return;
    case 0:
    case 11:
    case 12:
      return;
  }
  throw new MalformedMessageError(`authentication method ${method}`);
}

/** Passes `length` bytes and returns the first of them. */
function skip(body: Body, length: number): number {
  const { at, end } = body;
  if (length > end - at) throw cutShort(body);
  body.at += length;
  return length > 0 ? body.bytes.readUInt8(at) : 0;
}

/** Passes a text and the zero byte that ends it, and returns how long the text is. */
function skipText(body: Body): number {
  const { at } = body;
  const zero = body.bytes.subarray(at, body.end).indexOf(0);
  if (zero === -1) throw cutShort(body);
  body.at += zero + 1;
  return zero;
}

function skipValue(body: Body): void {
  const { at } = body;
  skip(body, 4);
  const length = body.bytes.readInt32BE(at);
  if (length < -1) throw new MalformedMessageError(`a value with a length of ${length}`);
  if (length > 0) skip(body, length);
}

function count(body: Body): number {
  const { at } = body;
  skip(body, 2);
  const fields = body.bytes.readInt16BE(at);
  if (fields < 0) throw new MalformedMessageError(`a message of type ${quote(body.type)} with ${fields} fields`);
  return fields;
}

function cutShort({ type }: Body): MalformedMessageError {
  return new MalformedMessageError(`a message of type ${quote(type)} that is cut short`);
}

function quote(type: string): string {
  return /^[!-~]$/.test(type) ? `"${type}"` : `0x${type.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
