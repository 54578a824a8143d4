import { utf8Text } from '../../batch/utf8-text.ts';
import type { FillContext } from '../fill.ts';
import { unescapeString } from '../json/strings.ts';
import { Kind } from '../json/tape.ts';
import { maxCachedKeyBytes, maxCachedValueBytes } from '../limits.ts';
import { quoted } from '../members.ts';
import type { LengthUnit } from './key-cache.ts';
import { createKeyCache } from './key-cache.ts';
import { maxRatioDigits, ratioValue } from './ratio.ts';
import { createSideText } from './side-text.ts';
import type { Token } from './token.ts';
import { readMarked, tagKind } from './token.ts';
import { TransitError } from './transit-error.ts';

/** Turns tapes of JSON into tapes of what the Transit means (import-api.md §5), one after another in the order of the body. */
export interface Translator {
  /** Whether another length unit might read the body otherwise. */
  ambiguous(): boolean;
  /** Rewrites the value on the context's tape. Throws `TransitError`. Recursion is bounded by `maxDepth`. */
  translate(): void;
  /** Takes the tag on the tape, whose value comes later, into account. */
  readTag(): void;
}

const caret = 0x5e;
const tilde = 0x7e;

/** A translator for one body; `context.bytes` may be replaced by a longer copy as it goes. */
export function createTranslator(context: FillContext, unit: LengthUnit): Translator {
  const { tape } = context;
  const cache = createKeyCache(unit);
  const side = createSideText(context);
  const token: Token = { kind: 0, start: 0, end: 0 };
  let { kinds, starts, ends } = tape;
  // The tape is rewritten in place: Transit never means more entries than it has, so `written` stays behind what is read.
  let written = 0;
  // A few bytes of code may stand for a long string.
  let keyBytesLeft = maxCachedKeyBytes;
  let valueBytesLeft = maxCachedValueBytes(context.bytes.length);

  function emit(kind: number, start: number, end: number): number {
    kinds[written] = kind;
    starts[written] = start;
    ends[written] = end;
    return written++;
  }

  const isString = (at: number): boolean => kinds[at] === Kind.string || kinds[at] === Kind.escapedString;

  /** Translates the value at an entry; returns the entry after it, as do the functions below. */
  function value(at: number): number {
    const kind = kinds[at] as Kind;
    if (kind === Kind.array) return array(at);
    if (kind === Kind.object) return object(at);
    if (kind === Kind.string || kind === Kind.escapedString) {
      readString(at, false);
      if (token.kind === tagKind) throw problem('A tag without a value', at);
      emit(token.kind, token.start, token.end);
    } else emit(kind, starts[at] as number, ends[at] as number);
    return at + 1;
  }

  function array(at: number): number {
    const head = at + 1;
    if (starts[at] === 0 || !isString(head)) return elements(at);
    if (isMapMarker(head)) return map(at);
    const count = starts[at] as number;
    const end = ends[at] as number;
    readString(head, false);
    if (token.kind === tagKind) {
      if (count !== 2) throw problem('A tag without a value', head);
      return tagged(at + 2, utf8Text(context.bytes, token.start, token.end));
    }
    const container = emit(Kind.array, count, 0);
    emit(token.kind, token.start, token.end);
    return close(container, head + 1, end);
  }

  /** An array as it stands, whatever its first element. */
  function elements(at: number): number {
    const end = ends[at] as number;
    return close(emit(Kind.array, starts[at] as number, 0), at + 1, end);
  }

  function close(container: number, from: number, end: number): number {
    for (let at = from; at < end;) at = value(at);
    ends[container] = written;
    return end;
  }

  /** `["^ ", k, v, …]` */
  function map(at: number): number {
    const end = ends[at] as number;
    const count = (starts[at] as number) - 1;
    if (count % 2 !== 0) throw problem('A map with a key and no value', at + 1);
    const container = emit(Kind.object, count / 2, 0);
    for (let entry = at + 2; entry < end;) entry = value(key(entry, true));
    ends[container] = written;
    return end;
  }

  /** `{…}`: a map, or a tag with its value (verbose). */
  function object(at: number): number {
    const end = ends[at] as number;
    const count = starts[at] as number;
    if (count === 1) {
      readString(at + 1, true);
      if (token.kind === tagKind) return tagged(at + 2, utf8Text(context.bytes, token.start, token.end));
    }
    const container = emit(Kind.object, count, 0);
    let entry = at + 1;
    if (count === 1) {
      emitKey(at + 1);
      entry = value(at + 2);
    }
    while (entry < end) entry = value(key(entry, true));
    ends[container] = written;
    return end;
  }

  /** A key, as a string without its marker. */
  function key(at: number, cacheable: boolean): number {
    if ((kinds[at] as number) >= Kind.object) throw problem('A map key that is no string', at + 1);
    if (isString(at)) {
      readString(at, cacheable);
      emitKey(at);
    } else emit(Kind.string, starts[at] as number, ends[at] as number);
    return at + 1;
  }

  function emitKey(at: number): void {
    if (token.kind === tagKind) throw problem('A tag without a value', at);
    // `~?t` and `~_` do not hold the words they stand for.
    if (token.kind <= Kind.true) side.addText(token.kind === Kind.null ? 'null' : token.kind === Kind.true ? 'true' : 'false', token);
    emit(token.kind === Kind.escapedString ? token.kind : Kind.string, token.start, token.end);
  }

  function tagged(at: number, tag: string): number {
    const isArray = kinds[at] === Kind.array && !(starts[at] !== 0 && isString(at + 1) && isMapMarker(at + 1));
    if (tag === "'") return isArray ? elements(at) : value(at);
    if (tag !== 'set' && tag !== 'list' && tag !== 'cmap' && tag !== 'ratio') throw new TransitError(`Unknown Transit tag #${quoted(tag)}`);
    if (!isArray) throw problem(`A Transit ${tag} that is no array`, at);
    if (tag === 'cmap') return compositeMap(at);
    return tag === 'ratio' ? ratio(at) : elements(at);
  }

  /** `[k, v, …]`, whose keys are written like values. */
  function compositeMap(at: number): number {
    const end = ends[at] as number;
    const count = starts[at] as number;
    if (count % 2 !== 0) throw problem('A map with a key and no value', at + 1);
    const container = emit(Kind.object, count / 2, 0);
    for (let entry = at + 1; entry < end;) entry = value(key(entry, false));
    ends[container] = written;
    return end;
  }

  function ratio(at: number): number {
    if (starts[at] !== 2) throw problem('A Transit ratio that is no pair', at + 1);
    const numerator = ratioPart(at + 1);
    const denominator = ratioPart(at + 2);
    if (denominator === 0n) throw problem('A Transit ratio over zero', at + 2);
    const { exact, text } = ratioValue(numerator, denominator);
    side.addText(text, token);
    emit(exact ? Kind.decimal : Kind.fraction, token.start, token.end);
    return at + 3;
  }

  function ratioPart(at: number): bigint {
    if (isString(at)) readString(at, false);
    else Object.assign(token, { kind: kinds[at] ?? Kind.null, start: starts[at] ?? 0, end: ends[at] ?? 0 } satisfies Token);
    if (token.kind !== Kind.integer || token.end - token.start > maxRatioDigits)
      throw problem(`A Transit ratio of anything but integers of at most ${maxRatioDigits} digits`, at);
    return BigInt(utf8Text(context.bytes, token.start, token.end));
  }

  function isMapMarker(at: number): boolean {
    const start = starts[at] as number;
    return ends[at] === start + 2 && context.bytes[start] === caret && context.bytes[start + 1] === 0x20;
  }

  /** Puts what a string means into `token`, through the cache. */
  function readString(at: number, isKey: boolean): void {
    const kind = kinds[at] as number;
    token.kind = kind;
    token.start = starts[at] as number;
    token.end = ends[at] as number;
    if (kind === Kind.escapedString) {
      if (!isKey && !mayHideMarker(token.start)) return;
      context.scratch.length = 0;
      context.replacedSurrogates += unescapeString(context.bytes, token.start, token.end, context.scratch);
      side.addBytes(context.scratch.bytes, context.scratch.length, token);
      token.kind = Kind.string;
    }
    const { start, end } = token;
    const { bytes } = context;
    const first = start < end ? bytes[start] : -1;
    if (first === caret) {
      if (!cache.find(bytes, start, end, token)) throw problem(`Cache code ${quoted(utf8Text(bytes, start, end))} out of range`, at);
      if (isKey) keyBytesLeft -= token.end - token.start;
      else valueBytesLeft -= token.end - token.start;
      if (keyBytesLeft < 0 || valueBytesLeft < 0) throw problem('Cache codes for too much text', at);
      return;
    }
    if (first === tilde && !readMarked(bytes, start, end, token))
      throw problem(`Transit string ${quoted(utf8Text(bytes, start, end))} without a meaning`, at);
    if ((isKey || (first === tilde && isCachedMarker(bytes[start + 1]))) && cache.isLong(bytes, start, end)) cache.add(token);
  }

  function mayHideMarker(start: number): boolean {
    const first = context.bytes[start];
    return first === tilde || first === caret || (first === 0x5c && context.bytes[start + 1] === 0x75);
  }

  /** The error about an entry that is not translated yet. */
  function problem(text: string, at: number): TransitError {
    const known = at < tape.length && (kinds[at] as number) < Kind.object;
    return new TransitError(known ? `${text} at byte ${starts[at]}` : text);
  }

  return {
    ambiguous: () => cache.ambiguous(),
    translate() {
      ({ kinds, starts, ends } = tape);
      written = 0;
      value(0);
      tape.length = written;
    },
    readTag() {
      ({ kinds, starts, ends } = tape);
      readString(0, false);
    },
  };
}

/** `~#`, `~:` and `~$` strings are cached wherever they stand. */
function isCachedMarker(marker: number | undefined): boolean {
  return marker === 0x23 || marker === 0x3a || marker === 0x24;
}
