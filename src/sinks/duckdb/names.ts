/** Folds a name as DuckDB compares names: ASCII letters without case, all others exactly (`É` and `é` are two columns). */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Length in characters, as the documented limits count. */
export function nameLength(name: string): number {
  let length = 0;
  for (const _ of name) length += 1;
  return length;
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
