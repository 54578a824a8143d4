import { createHash } from 'node:crypto';

/** PostgreSQL's NAMEDATALEN less its NUL. */
export const maxNameBytes = 63;

/** The only way a name gets into SQL text. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new Error('An identifier is empty or holds U+0000.');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table under the schema it really is in. */
export interface TablePlace {
  readonly schema: string;
  readonly table: string;
}

/** Schema and table, quoted. */
export function quoteTable({ schema, table }: TablePlace): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

/** Shortens a name of ours (`_sdc_source_key_…`) that the server would cut: what distinguishes it stays, as a digest at its end. */
export function shortenName(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= maxNameBytes) return name;
  const digest = digestOf(name, 8);
  let end = maxNameBytes - digest.length - 1;
  // Not in the middle of a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}_${digest}`;
}

/** Hexadecimal digits that stand for a text. */
export function digestOf(text: string, digits = 24): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
