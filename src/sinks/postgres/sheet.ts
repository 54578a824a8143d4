import { cleanName } from '../clean-name.ts';
import type { Sheet } from '../sink.ts';
import { maxNameBytes, shortenName } from './names.ts';
import { createDecimal, readDecimal } from './numeric.ts';

const label = 'PostgreSQL';
/** A refused decimal may have any number of digits; a reason quotes as many of them. */
const quotedLength = 300;

/** loading.md §15.1. */
export const postgresSheet: Sheet = {
  label,
  maxTableName: maxNameBytes,
  // Four are kept free for a suffix.
  maxColumnName: maxNameBytes - 4,
  maxColumns: 1600,
  // An index entry takes a third of a page at most (2704 bytes); headers and alignment need some of it.
  maxKeyBytes: 2400,
  // A row lies in one page (8160 bytes), with its header, the bits of its NULLs and the system columns.
  maxRowBytes: 7700,
  cleanName,
  // Quoted names differ in case (C6).
  foldName: (name) => name,
  // The documents count characters, the server bytes: what fits in bytes fits in characters.
  nameLength: (name) => Buffer.byteLength(name),
  shortenName,
  systemColumns: ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid', 'oid'],
  suffixes: { bigint: '__bi', double: '__do', number: '__de', boolean: '__bo', string: '__st', date: '__ti' },
  reservedSuffixes: ['__bi', '__bo', '__de', '__do', '__it', '__st', '__ti'],
  refuseDecimal(text) {
    const bytes = Buffer.from(text);
    if (readDecimal(bytes, 0, bytes.length, createDecimal())) return undefined;
    return `decimal out of range for ${label} on ${text.length > quotedLength ? `${text.slice(0, quotedLength)}…` : text}`;
  },
  // From 4713 BC to what microseconds since 1970 can say, 29 years before PostgreSQL's own end.
  timestampRange: [-210_866_803_200_000_000n, 2n ** 63n - 1n],
};
