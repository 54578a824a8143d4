import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncDirectory } from '../lib/sync-directory.ts';

/** `restored` takes an earlier `revoked` of the same key id back: a member brought it back, as disabled. */
export interface RevocationLine {
  readonly kind: 'revoked' | 'restored';
  readonly id: number;
  readonly keyId: string;
}

export interface RevokedLog {
  /** Writes a line and syncs it before resolving; lines are in the order of the calls. `at`: milliseconds since the epoch. */
  append(line: RevocationLine, at: number): Promise<void>;
  /** What is revoked according to the lines on disk. */
  read(): Promise<RevokedCredentials>;
  /** Waits for what was appended. */
  close(): Promise<void>;
}

interface RevokedCredentials {
  /** By key id: numeric ids may be given out again after an old store was restored. `at` in milliseconds since the epoch. */
  readonly revoked: ReadonlyMap<string, { readonly id: number; readonly at: number }>;
  /** Complete lines that cannot be read. An operator should hear of them: one of them may name a revoked credential. */
  readonly damagedLines: number;
}

const linePattern = /^(?<kind>revoked|restored) (?<id>[0-9]{1,16}) (?<keyId>[0-9A-Za-z]{12}) (?<at>[0-9]{1,16}) (?<check>[0-9a-f]{8})$/;

/** Opens (creating it with mode 0600) the log that outlives the store, so that a restored backup revives nothing (access.md, at rest). */
export async function openRevokedLog(options: { file: string }): Promise<RevokedLog> {
  const { file } = options;
  const handle = await open(file, 'a', 0o600);
  await syncDirectory(dirname(file));
  let waiting: string[] = [];
  let running: Promise<void> | undefined;

  /** One write and one sync for all lines that came meanwhile. */
  async function flush(): Promise<void> {
    const lines = waiting;
    waiting = [];
    running = undefined;
    // The newline before ends what a crash or a full disk left half-written; empty lines mean nothing.
    await handle.appendFile(`\n${lines.join('\n')}\n`);
    await handle.datasync();
  }

  let last: Promise<void> = Promise.resolve();
  return {
    append({ kind, id, keyId }, at) {
      const text = `${kind} ${id} ${keyId} ${at}`;
      waiting.push(`${text} ${checkOf(text)}`);
      running ??= last = last.catch(() => undefined).then(flush);
      return running;
    },
    read: async () => readLines(await readFile(file, 'utf8')),
    async close() {
      await last.catch(() => undefined);
      await handle.close();
    },
  };
}

function readLines(text: string): RevokedCredentials {
  const revoked = new Map<string, { id: number; at: number }>();
  let damagedLines = 0;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const { kind, id, keyId, at, check } = linePattern.exec(line)?.groups ?? {};
    if (keyId === undefined || check !== checkOf(line.slice(0, -9))) {
      // The last line without its newline is torn: its append never resolved.
      if (index < lines.length - 1) damagedLines += 1;
    } else if (kind === 'revoked') revoked.set(keyId, { id: Number(id), at: Number(at) });
    else revoked.delete(keyId);
  }
  return { revoked, damagedLines };
}

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
