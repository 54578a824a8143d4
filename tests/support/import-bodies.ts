/** Bodies of the Import API for tests. */

export interface PushRecord {
  readonly client_id: number;
  readonly table_name: string;
  readonly sequence: number;
  readonly action: 'upsert';
  readonly key_names: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** `count` records of one table with the key `id`. */
export function pushRecords(accountId: number, count = 1): PushRecord[] {
  return Array.from({ length: count }, (_, id) => ({
    client_id: accountId,
    table_name: 'pets',
    sequence: id + 1,
    action: 'upsert',
    key_names: ['id'],
    data: { id, name: `pet ${id}` },
  }));
}

/** A valid push of exactly `bytes` bytes: one record, padded with spaces between two of its tokens. */
export function pushOfSize(accountId: number, bytes: number): Buffer {
  const text = JSON.stringify(pushRecords(accountId));
  const body = Buffer.alloc(bytes, ' ');
  body.write(text.slice(0, -1), 0);
  body.write(']', bytes - 1);
  return body;
}

/** A valid batch of the same records. */
export function batchBody(count = 1): string {
  return JSON.stringify({
    table_name: 'pets',
    schema: { properties: { id: { type: 'integer' }, name: { type: 'string' } } },
    key_names: ['id'],
    messages: Array.from({ length: count }, (_, id) => ({ action: 'upsert', sequence: id + 1, data: { id, name: `pet ${id}` } })),
  });
}
