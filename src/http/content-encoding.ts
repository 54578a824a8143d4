import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { UnsupportedEncodingError } from './body-errors.ts';

export type ContentEncoding = 'identity' | 'gzip' | 'deflate';

/** Reads a `Content-Encoding` header (RFC 9110 §8.4). Throws `UnsupportedEncodingError` on several or unknown encodings. */
export function parseContentEncoding(header: string | undefined): ContentEncoding {
  if (header === undefined) return 'identity';
  const encoding = header.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip';
  if (encoding === 'deflate') return 'deflate';
  throw new UnsupportedEncodingError(header.slice(0, 100));
}

/** A stream that undoes the encoding. It fails on anything after the end, even a second gzip member, because zlib drops other bytes silently. */
export function createInflater(encoding: 'gzip' | 'deflate'): Gunzip | Inflate {
  const options = { chunkSize: 64 * 1024, rejectGarbageAfterEnd: true };
  return encoding === 'gzip' ? createGunzip(options) : createInflate(options);
}
