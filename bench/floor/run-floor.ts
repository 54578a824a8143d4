import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const entry = (name: string): string => new URL(name, import.meta.url).pathname;

export interface IngestFloor {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the ingest floor as a process of its own, as the server is. */
export async function startIngestFloor(directory: string): Promise<IngestFloor> {
  const child = spawn(process.execPath, [entry('ingest-floor-process.ts'), directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    port: Number(line.toString()),
    async close() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** Loads the prepared files in order; resolves with the rows in the table at the end. */
export async function runLoadFloor(warehouse: string, files: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [entry('load-floor-process.ts'), warehouse, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`The load floor ended with ${String(code)}.`);
  return Number(output);
}
