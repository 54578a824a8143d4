/** Requests prepared on disk as raw HTTP, each behind its length, so that the client has nothing to do but send. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { generateRows, requestBody, takeRows, type Row } from './records.ts';

interface RequestFileOptions {
  readonly path: string;
  readonly requests: number;
  readonly recordsPerRequest: number;
  readonly token: string;
  readonly clientId: number;
  /** Where the rows are taken from; from the first one when absent. */
  readonly rows?: Iterator<Row>;
}

/** Length of the prefix: an unsigned 32-bit little-endian number. */
export const prefixBytes = 4;

export function writeRequestFile(options: RequestFileOptions): void {
  const { path, requests, recordsPerRequest, token, clientId, rows = generateRows(1) } = options;
  const file = openSync(path, 'w');
  try {
    for (let index = 0; index < requests; index += 1) {
      const { path: target, body } = requestBody(takeRows(rows, recordsPerRequest), clientId);
      writeSync(file, frame(requestText(target, token, body)));
    }
  } finally {
    closeSync(file);
  }
}

function requestText(target: string, token: string, body: string): string {
  const head = [
    `POST ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function frame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const framed = Buffer.allocUnsafe(prefixBytes + length);
  framed.writeUInt32LE(length);
  framed.write(text, prefixBytes);
  return framed;
}
