/** How the values of the four column types travel to PostgreSQL and back. */
import { types } from 'pg';
import type { CustomTypesConfig } from 'pg';

const oids = { bytea: 17, int8: 20, text: 25 } as const;

/** PostgreSQL stores no U+0000 in text, SQLite does. This noncharacter stands before what replaces it, and before itself. */
const escapeMark = '\uFDD0';

/** A parameter as it is sent; texts with U+0000 are escaped one to one, so that comparisons still hold. */
export function toParameter(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.includes(escapeMark) && !value.includes('\u0000')) return value;
    return value.replaceAll(escapeMark, escapeMark + escapeMark).replaceAll('\u0000', `${escapeMark}0`);
  }
  // `pg` would send any other view of bytes as text.
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Readers of result columns: bigint as a number, refused beyond 2^53; bytes as a plain array of their own. */
export const resultTypes: CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === oids.int8) return toInteger;
    if (oid === oids.bytea) return toBytes;
    if (oid === oids.text) return toText;
    return types.getTypeParser(oid, format) as never;
  },
};

function toInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The number ${text} in the database is beyond 2^53.`);
  return value;
}

function toBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

function toText(text: string): string {
  return text.includes(escapeMark) ? text.replaceAll(/\uFDD0(0|\uFDD0)/g, (_, one) => (one === '0' ? '\u0000' : escapeMark)) : text;
}
