import type { LogicalType, StagedColumn } from '../sink.ts';

/**
 * Casts an expression to a wider type without loss. The one place for it: a value comes out the same whether it was stored before its
 * column widened or arrives afterwards, and as text the same as in every other kind of destination.
 */
export function widenSql(expression: string, from: LogicalType, to: LogicalType): string {
  if (from === to) return expression;
  if (from === 'bigint' && to === 'number') return `CAST(${expression} AS numeric)`;
  if (to !== 'string') throw new RangeError(`A ${from} does not fit a ${to}.`);
  switch (from) {
    case 'number':
      return decimalText(expression);
    case 'double':
      return doubleText(expression);
    case 'date':
      return timestampText(expression);
    case 'bigint':
    case 'boolean':
    case 'string':
      return `CAST(${expression} AS text)`;
  }
}

/** Whether a staged column needs a cast on its way into the destination's column. */
export function isWidened({ type, target }: StagedColumn): boolean {
  return target !== undefined && target !== type;
}

/** Without the zeros a decimal may end with; `trim_scale` needs a newer server. */
function decimalText(e: string): string {
  return `CASE WHEN scale(${e}) > 0 THEN rtrim(rtrim(CAST(${e} AS text), '0'), '.') ELSE CAST(${e} AS text) END`;
}

/**
 * Shortest digits that mean the same double (a digit more where shorter ones lie halfway to the next double), never like an integer, and
 * plain up to 10^16, where the server's own text has an exponent from 10^15 on.
 */
function doubleText(e: string): string {
  const text = `CAST(${e} AS text)`;
  const plain = `CAST(CAST(${text} AS numeric) AS text)`;
  return `CASE WHEN ${e} IN ('Infinity', '-Infinity', 'NaN') THEN replace(lower(${text}), 'inity', '')
    WHEN abs(${e}) < 1e15 AND ${e} = trunc(${e}) THEN ${text} || '.0'
    WHEN abs(${e}) >= 1e15 AND abs(${e}) < 1e16 THEN CASE WHEN ${e} = trunc(${e}) THEN ${plain} || '.0' ELSE ${plain} END
    ELSE ${text} END`;
}

/** In UTC, which is the session's zone, with no more of a fraction than it has. */
function timestampText(e: string): string {
  const pattern = `CASE WHEN ${e} < '0001-01-01' THEN 'YYYY-MM-DD "(BC)" HH24:MI:SS.US' ELSE 'YYYY-MM-DD HH24:MI:SS.US' END`;
  return `CASE WHEN isfinite(${e}) THEN rtrim(rtrim(to_char(${e}, ${pattern}), '0'), '.') ELSE CAST(${e} AS text) END`;
}
