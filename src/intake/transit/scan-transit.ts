import { utf8Text } from '../../batch/utf8-text.ts';
import type { FillContext } from '../fill.ts';
import type { Scanner } from '../json/scanner.ts';
import { createScanner, maxDepth, peek, scanByte, scanElements, scanEnd, scanValue } from '../json/scanner.ts';
import { JsonError } from '../json/json-error.ts';
import { Kind, resetTape } from '../json/tape.ts';
import type { Translator } from './translate.ts';

/** Tags that leave an array of records an array. */
const transparent = new Set(['~#list', '~#set', "~#'"]);

/**
 * Visits the elements of a Transit body, each translated on the emptied tape; returns their number, undefined when the root is no array.
 * After an element that is too large for the tape it visits no more. Throws `JsonError` and `TransitError`.
 */
export function scanTransitElements(context: FillContext, translator: Translator, visit: (index: number) => void): number | undefined {
  const { tape } = context;
  const scanner = createScanner(context.bytes);
  const closers = openTags(context, scanner, translator);
  if (isMap(scanner) || peek(scanner) !== 0x5b) {
    resetTape(tape);
    scanValue(scanner, tape, closers.length);
    if (!tape.overflowed) translator.translate();
    closeTags(scanner, closers);
    return undefined;
  }
  let overflowed = false;
  const count = scanElements(scanner, tape, closers.length, (index) => {
    // What it would have added to the cache is not known.
    if (overflowed) return;
    overflowed = tape.overflowed;
    if (!overflowed) translator.translate();
    visit(index);
  });
  closeTags(scanner, closers);
  return count;
}

/** Moves into the value of the tags around the root; returns the bytes that close them, outermost first. */
function openTags(context: FillContext, scanner: Scanner, translator: Translator): number[] {
  const { tape } = context;
  const closers: number[] = [];
  for (;;) {
    const open = peek(scanner);
    const ahead = { ...scanner, at: scanner.at + 1 };
    if ((open !== 0x5b && open !== 0x7b) || peek(ahead) !== 0x22) return closers;
    resetTape(tape);
    scanValue(ahead, tape, 0);
    const start = tape.starts[0] as number;
    const end = tape.ends[0] as number;
    if (tape.kinds[0] !== Kind.string || end - start > 6 || !transparent.has(utf8Text(scanner.bytes, start, end))) return closers;
    if (closers.length === maxDepth) throw new JsonError(`Nesting deeper than ${maxDepth} levels`, scanner.at);
    translator.readTag();
    scanByte(ahead, open === 0x5b ? 0x2c : 0x3a);
    scanner.at = ahead.at;
    closers.push(open === 0x5b ? 0x5d : 0x7d);
  }
}

function closeTags(scanner: Scanner, closers: readonly number[]): void {
  for (const closer of closers.toReversed()) scanByte(scanner, closer);
  scanEnd(scanner);
}

/** Whether the scanner is at `["^ "`. */
function isMap(scanner: Scanner): boolean {
  const ahead = { ...scanner, at: scanner.at + 1 };
  return peek(scanner) === 0x5b && peek(ahead) === 0x22 && utf8Text(scanner.bytes, ahead.at, ahead.at + 4) === '"^ "';
}
