const notAllowed = /[^\p{L}\p{M}\p{Nd}_ ]/gu;
const leadingNonLetters = /^[^\p{L}_]+/u;

/**
 * Cleans one path segment or table name as PostgreSQL's sheet does (loading.md §2.3): case and spaces kept, other characters removed,
 * leading non-letters removed but a leading `_` kept. Letters are those of every script, with their marks: quoted, they are all legal.
 */
export function cleanName(raw: string): string {
  return raw.replace(notAllowed, '').replace(leadingNonLetters, '');
}

/** Folds a name as DuckDB compares names: ASCII letters without case, all others exactly (`É` and `é` are two columns). */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The only way a name gets into SQL text. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new Error('An identifier is empty or holds U+0000.');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Schema and table, quoted. */
export function quoteTable(schema: string, table: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}
