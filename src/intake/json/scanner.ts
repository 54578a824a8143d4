import { JsonError } from './json-error.ts';
import type { Tape } from './tape.ts';
import { addEntry, Kind, resetTape } from './tape.ts';

/** Containers may nest this deep. */
export const maxDepth = 512;

/** A place in a body of UTF-8 that was checked to be UTF-8. */
export interface Scanner {
  readonly bytes: Uint8Array;
  at: number;
  /** The open containers: tape index × 2, plus 1 for an object (the tape forgets kinds when it overflows). */
  readonly open: number[];
}

/** A scanner at the first byte. */
export function createScanner(bytes: Uint8Array): Scanner {
  return { bytes, at: 0, open: [] };
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Moves to the next byte that is not white space and returns it, -1 at the end. */
export function peek(scanner: Scanner): number {
  const { bytes } = scanner;
  let { at } = scanner;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
      scanner.at = at;
      return byte;
    }
  }
  scanner.at = at;
  return -1;
}

/** Scans one value with all its children onto the tape; `outer` is the number of containers around it. Throws `JsonError`. */
export function scanValue(scanner: Scanner, tape: Tape, outer: number): void {
  const { open } = scanner;
  const depthLimit = maxDepth - outer;
  let depth = 0;
  for (;;) {
    const first = peek(scanner);
    if (first === openBrace || first === openBracket) {
      if (depth >= depthLimit) throw new JsonError(`Nesting deeper than ${maxDepth} levels`, scanner.at);
      scanner.at++;
      open[depth++] = first === openBrace ? addEntry(tape, Kind.object, 0, 0) * 2 + 1 : addEntry(tape, Kind.array, 0, 0) * 2;
      const next = peek(scanner);
      if (next !== (first === openBrace ? closeBrace : closeBracket)) {
        if (first === openBrace) scanKey(scanner, tape, next);
        continue;
      }
    } else scanScalar(scanner, tape, first);
    // A value has ended: close what ends with it, then go on to the next one.
    for (;;) {
      if (depth === 0) return;
      const container = (open[depth - 1] as number) >> 1;
      const inObject = ((open[depth - 1] as number) & 1) === 1;
      const byte = peek(scanner);
      if (byte === (inObject ? closeBrace : closeBracket)) {
        scanner.at++;
        tape.ends[container] = tape.length;
        // An empty container comes here without a child.
        if (tape.length > container + 1) tape.starts[container] = (tape.starts[container] as number) + 1;
        depth--;
      } else if (byte === comma) {
        scanner.at++;
        tape.starts[container] = (tape.starts[container] as number) + 1;
        if (inObject) scanKey(scanner, tape, peek(scanner));
        break;
      } else throw unexpected(scanner);
    }
  }
}

/** Scans the array at the scanner, an element at a time on an emptied tape; returns the number of elements. */
export function scanElements(scanner: Scanner, tape: Tape, outer: number, visit: (index: number) => void): number {
  if (peek(scanner) !== openBracket) throw unexpected(scanner);
  scanner.at++;
  if (peek(scanner) === closeBracket) {
    scanner.at++;
    return 0;
  }
  for (let index = 0; ; index++) {
    resetTape(tape);
    scanValue(scanner, tape, outer + 1);
    visit(index);
    const byte = peek(scanner);
    if (byte !== comma && byte !== closeBracket) throw unexpected(scanner);
    scanner.at++;
    if (byte === closeBracket) return index + 1;
  }
}

/** Scans the object at the scanner: for each key, which is the last entry of the tape then, `visit` scans the value. */
export function scanMembers(scanner: Scanner, tape: Tape, visit: (key: number) => void): void {
  if (peek(scanner) !== openBrace) throw unexpected(scanner);
  scanner.at++;
  if (peek(scanner) === closeBrace) {
    scanner.at++;
    return;
  }
  for (;;) {
    scanKey(scanner, tape, peek(scanner));
    visit(tape.length - 1);
    const byte = peek(scanner);
    if (byte !== comma && byte !== closeBrace) throw unexpected(scanner);
    scanner.at++;
    if (byte === closeBrace) return;
  }
}

/** Checks that the next byte after white space is `byte`, and moves past it. */
export function scanByte(scanner: Scanner, byte: number): void {
  if (peek(scanner) !== byte) throw unexpected(scanner);
  scanner.at++;
}

/** Checks that nothing but white space is left. */
export function scanEnd(scanner: Scanner): void {
  if (peek(scanner) !== -1) throw unexpected(scanner);
}

function scanKey(scanner: Scanner, tape: Tape, first: number): void {
  if (first !== quote) throw unexpected(scanner);
  scanString(scanner, tape);
  if (peek(scanner) !== colon) throw unexpected(scanner);
  scanner.at++;
}

function scanScalar(scanner: Scanner, tape: Tape, first: number): void {
  if (first === quote) scanString(scanner, tape);
  else if (first === 0x2d || (first >= 0x30 && first <= 0x39)) scanNumber(scanner, tape);
  else if (first === 0x6e) scanWord(scanner, tape, nullWord, Kind.null);
  else if (first === 0x74) scanWord(scanner, tape, trueWord, Kind.true);
  else if (first === 0x66) scanWord(scanner, tape, falseWord, Kind.false);
  else throw unexpected(scanner);
}

/** RFC 8259: `-?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?`. */
function scanNumber(scanner: Scanner, tape: Tape): void {
  const { bytes } = scanner;
  const start = scanner.at;
  if (bytes[start] === 0x2d) scanner.at++;
  if (bytes[scanner.at] === 0x30) scanner.at++;
  else scanDigits(scanner);
  let kind: Kind = Kind.integer;
  if (bytes[scanner.at] === 0x2e) {
    kind = Kind.fraction;
    scanner.at++;
    scanDigits(scanner);
  }
  const exponent = bytes[scanner.at];
  if (exponent === 0x65 || exponent === 0x45) {
    kind = Kind.fraction;
    scanner.at++;
    const sign = bytes[scanner.at];
    if (sign === 0x2b || sign === 0x2d) scanner.at++;
    scanDigits(scanner);
  }
  addEntry(tape, kind, start, scanner.at);
}

function scanDigits(scanner: Scanner): void {
  const { bytes } = scanner;
  let { at } = scanner;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x30 || byte > 0x39) break;
  }
  if (at === scanner.at) throw unexpected(scanner);
  scanner.at = at;
}

const nullWord = Buffer.from('null');
const trueWord = Buffer.from('true');
const falseWord = Buffer.from('false');

function scanWord(scanner: Scanner, tape: Tape, word: Uint8Array, kind: Kind): void {
  const start = scanner.at;
  for (const byte of word) {
    if (scanner.bytes[scanner.at] !== byte) throw unexpected(scanner);
    scanner.at++;
  }
  addEntry(tape, kind, start, scanner.at);
}

function scanString(scanner: Scanner, tape: Tape): void {
  const { bytes } = scanner;
  const start = scanner.at + 1;
  let escaped = false;
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) {
      addEntry(tape, escaped ? Kind.escapedString : Kind.string, start, at);
      scanner.at = at + 1;
      return;
    }
    if (byte === backslash) {
      escaped = true;
      at = escapeEnd(bytes, at);
    } else if (byte < 0x20) throw new JsonError('Control character in a string', at);
  }
  throw new JsonError('Unexpected end of the body', at);
}

/** The offset of the last byte of the escape at `at`. */
function escapeEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at + 1];
  if (byte === undefined) throw new JsonError('Unexpected end of the body', at + 1);
  if (byte !== 0x75) {
    if (!simpleEscapes.includes(byte)) throw new JsonError('Invalid escape in a string', at);
    return at + 1;
  }
  for (let digit = at + 2; digit < at + 6; digit++) {
    const hex = bytes[digit];
    if (hex === undefined) throw new JsonError('Unexpected end of the body', digit);
    if (!(hex >= 0x30 && hex <= 0x39) && !((hex | 0x20) >= 0x61 && (hex | 0x20) <= 0x66))
      throw new JsonError('Invalid escape in a string', at);
  }
  return at + 5;
}

const simpleEscapes = Buffer.from('"\\/bfnrt');

/** The error for the byte at the scanner. */
function unexpected({ bytes, at }: Scanner): JsonError {
  const byte = bytes[at];
  if (byte === undefined) return new JsonError('Unexpected end of the body', at);
  if (byte > 0x20 && byte < 0x7f) return new JsonError(`Unexpected character '${String.fromCharCode(byte)}'`, at);
  return new JsonError(`Unexpected byte 0x${byte.toString(16).padStart(2, '0')}`, at);
}
