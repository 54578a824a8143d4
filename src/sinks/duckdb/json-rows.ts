import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import { QueryLimitError } from '../errors.ts';
import { toJson } from './json-value.ts';

/** Collects chunks of a result as JSON text of at most `maxBytes`; throws QueryLimitError beyond. */
export interface JsonRows {
  add(chunk: DuckDBDataChunk): void;
  finish(): { rows: number; json: Uint8Array<ArrayBuffer> };
}

/** Equal column names are told apart as DuckDB's client does (`a`, `a:1`). */
export function createJsonRows(result: DuckDBResult, maxBytes: number): JsonRows {
  const types = result.columnTypes();
  const labels = result.deduplicatedColumnNames().map((name, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
  const parts: Buffer[] = [Buffer.from('[')];
  let rows = 0;
  let bytes = 2;

  function append(text: string): void {
    const part = Buffer.from(text);
    bytes += part.length;
    if (bytes > maxBytes) throw new QueryLimitError('bytes', `The answer is larger than ${maxBytes} bytes.`);
    parts.push(part);
  }

  return {
    add(chunk) {
      const vectors = types.map((_, index) => chunk.getColumnVector(index));
      let text = '';
      for (let row = 0; row < chunk.rowCount; row += 1) {
        text += rows === 0 ? '{' : ',{';
        rows += 1;
        for (const [index, type] of types.entries()) text += (labels[index] ?? '') + toJson(vectors[index]?.getItem(row) ?? null, type);
        text += '}';
        // Every character is at least one byte: far beyond the limit, stop before building more.
        if (bytes + text.length > maxBytes || text.length > 1 << 20) {
          append(text);
          text = '';
        }
      }
      append(text);
    },
    finish() {
      const json = new Uint8Array(bytes);
      parts.push(Buffer.from(']'));
      let offset = 0;
      for (const part of parts) {
        json.set(part, offset);
        offset += part.length;
      }
      return { rows, json };
    },
  };
}
