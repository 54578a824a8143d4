import type { RejectQuery, RejectScope, RejectState, StoredReject } from './sink.ts';

/** What both engines do with the rejects they keep in `_thimble.reject`: only types and casts are the engine's own. */

/** The condition of a query as SQL with its parameters. */
export function rejectCondition(query: RejectQuery): { readonly where: string; readonly parameters: (string | bigint)[] } {
  const parameters: (string | bigint)[] = [query.schema, BigInt(query.sourceId)];
  const conditions = ['schema_name = $1', 'source_id = $2', `state IN (${query.states.map((state) => `'${state}'`).join(', ')})`];
  const add = (value: string | bigint, condition: (place: string) => string): void => {
    conditions.push(condition(`$${parameters.push(value)}`));
  };
  if (query.wholeOnly) conditions.push(`scope <> 'column'`);
  if (query.table !== undefined) add(query.table, (place) => `(root = ${place} OR table_name = ${place})`);
  if (query.after !== undefined) add(BigInt(query.after), (place) => (query.order === 'oldest' ? `id > ${place}` : `id < ${place}`));
  if (query.upTo !== undefined) add(BigInt(query.upTo), (place) => `id <= ${place}`);
  return { where: `WHERE ${conditions.join(' AND ')}`, parameters };
}

/** Ids of the first rows of (id, payload length) whose payloads fit together, at least one. */
export function firstFitting(sizes: readonly (readonly (string | null)[])[], maxBytes = Infinity): number[] {
  let bytes = 0;
  const fitting = sizes.findIndex(([, length]) => (bytes += Number(length)) > maxBytes);
  const count = fitting === -1 ? sizes.length : Math.max(1, fitting);
  return sizes.slice(0, count).map(([id]) => Number(id));
}

/** A row of id, root, table, time in milliseconds, reason, scope, sequence, state and payload as base64, all as text. */
export function toStoredReject([id, root, table, rejectedAt, reason, scope, sequence, state, payload]: (string | null)[]): StoredReject {
  return {
    id: Number(id),
    root: root ?? '',
    table: table ?? '',
    rejectedAt: Number(rejectedAt),
    reason: reason ?? '',
    scope: scope as RejectScope,
    sequence: BigInt(sequence ?? '0'),
    state: state as RejectState,
    // A copy of its own: what Buffer makes lies in a pool that would travel between threads whole.
    payload: payload === null || payload === undefined ? undefined : new Uint8Array(Buffer.from(payload, 'base64')),
  };
}
