/** Newline-delimited JSON read in chunks, with the byte offset after each chunk so that a reader can resume. */
import { createReadStream } from 'node:fs';
import { CommandError } from './command.ts';

export interface LineChunk {
  /** Each a JSON object as text, exactly as in the file. */
  readonly lines: readonly string[];
  /** Number of the first line, from 1, blank lines counted. */
  readonly firstLine: number;
  /** Offset in the file after the last line of this chunk. */
  readonly nextOffset: number;
  readonly nextLine: number;
}

export interface ChunkLimits {
  readonly maxLines: number;
  readonly maxBytes: number;
}

/** Yields the lines of a file from `offset` on. Throws `CommandError` naming the line that is not a JSON object. */
export async function* readLineChunks(
  file: string,
  start: { offset: number; line: number },
  limits: ChunkLimits,
): AsyncGenerator<LineChunk> {
  let { offset, line } = start;
  let lines: string[] = [];
  let bytes = 0;
  let firstLine = line;
  for await (const raw of readLines(file, offset)) {
    const text = raw.toString('utf8').trim();
    if (text !== '') {
      if (lines.length > 0 && bytes + raw.length > limits.maxBytes) {
        yield { lines, firstLine, nextOffset: offset, nextLine: line };
        [lines, bytes, firstLine] = [[], 0, line];
      }
      assertObject(text, line);
      lines.push(text);
      bytes += raw.length;
    }
    offset += raw.length;
    line += 1;
    if (lines.length === limits.maxLines) {
      yield { lines, firstLine, nextOffset: offset, nextLine: line };
      [lines, bytes, firstLine] = [[], 0, line];
    }
  }
  if (lines.length > 0) yield { lines, firstLine, nextOffset: offset, nextLine: line };
}

/** Lines with their terminating newline, the last one perhaps without. */
async function* readLines(file: string, offset: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file, { start: offset, highWaterMark: 2 ** 20 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end + 1);
      yield rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

function assertObject(text: string, line: number): void {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  } catch (error) {
    throw new CommandError(`Line ${line} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new CommandError(`Line ${line} is not a JSON object.`);
}
