/** Rows as an aligned text table for a terminal; numbers to the right. */
export function formatTable(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return '(no rows)';
  const cells = rows.map((row) => names.map((name) => toCell(row[name])));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = names.map((name) =>
    rows.every((row) => row[name] === null || row[name] === undefined || typeof row[name] === 'number'),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, column) => (isNumeric[column] ? value.padStart(widths[column] ?? 0) : value.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Control characters would let a record write to the terminal.
  // oxlint-disable-next-line no-control-regex -- that is what is removed
  const safe = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return safe.length > 60 ? `${safe.slice(0, 59)}…` : safe;
}
