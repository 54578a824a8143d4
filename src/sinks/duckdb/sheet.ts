import { cleanName } from '../clean-name.ts';
import type { Sheet } from '../sink.ts';
import { foldName, nameLength } from './names.ts';
import { scaleDecimal } from './types.ts';

const label = 'DuckDB';

/** PostgreSQL's sheet (loading.md §15.1) with DuckDB's longer names, its decimals and its case-insensitive names. */
export const duckDbSheet: Sheet = {
  label,
  maxTableName: 255,
  maxColumnName: 251,
  maxColumns: 1600,
  maxKeyBytes: Infinity,
  maxRowBytes: Infinity,
  cleanName,
  foldName,
  nameLength,
  shortenName: (name) => name,
  systemColumns: [],
  suffixes: { bigint: '__bi', double: '__do', number: '__de', boolean: '__bo', string: '__st', date: '__ti' },
  reservedSuffixes: ['__bi', '__bo', '__de', '__do', '__it', '__st', '__ti'],
  refuseDecimal: (text) => (scaleDecimal(text) === undefined ? `decimal out of range for ${label} on ${text}` : undefined),
  // From PostgreSQL's earliest timestamp (4713 BC) to DuckDB's latest; int64's own maximum means infinity there.
  timestampRange: [-210_866_803_200_000_000n, 2n ** 63n - 2n],
};
