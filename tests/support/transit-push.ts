/** Pushes in Transit as text, and what the server makes of them. */
import type { Batch } from '../../src/batch/batch.ts';
import { decodeBatch } from '../../src/batch/decode.ts';
import { createBodyDecoder } from '../../src/intake/decode-body.ts';
import type { Decoded } from '../../src/intake/decoded.ts';
import type { TypedValue } from './typed-values.ts';
import { typedRecords } from './typed-values.ts';

const decode = createBodyDecoder();
export const push = (body: string, endpoint: 'push' | 'validate' = 'push'): Decoded =>
  decode({ endpoint, accountId: 7723, format: 'transit', body: new Uint8Array(Buffer.from(body)) });
export const answer = (decoded: Decoded): string => (decoded.ok ? 'accepted' : `${decoded.status} ${JSON.stringify(decoded.body)}`);
export const batches = (body: string): Batch[] => {
  const decoded = push(body);
  if (!decoded.ok) throw new Error(answer(decoded));
  return decoded.batches.map(({ payload }) => decodeBatch(payload));
};
export const records = (body: string): TypedValue[] => batches(body).flatMap(typedRecords);
export const envelope = '"action","upsert","table_name","t","key_names",["k"],"sequence",1,"client_id",7723';
/** A push of one record whose `data` is `{"k":1,"v":value}`, and the typed `value`. */
export const body = (value: string): string => `[["^ ",${envelope},"data",["^ ","k",1,"v",${value}]]]`;
export const typed = (value: string): TypedValue => {
  const [record] = records(body(value));
  if (typeof record !== 'object' || !('members' in record)) throw new Error('no record');
  return record.members[1]?.[1] ?? 'absent';
};
export const object = (...members: readonly [string, TypedValue][]): TypedValue => ({ members });
