/** Where the operator's socket of a data directory is: one rule for the server that listens and the command that connects. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requireOwnDirectory } from '../lib/own-directory.ts';

/** `sun_path` holds 108 bytes on Linux, the last one a NUL. */
const maxSocketPathBytes = 107;

export interface OperatorSocket {
  readonly path: string;
  /** A directory of ours that must exist with mode 0700; undefined when the socket lies in the data directory. */
  readonly directory: string | undefined;
}

/** In the data directory (given by its real path); when that path is too long, in a directory of the user's own below the temporary one. */
export function placeOperatorSocket(realDataDirectory: string, uid: number, temporaryDirectory: string): OperatorSocket {
  const inside = join(realDataDirectory, 'operator.sock');
  if (Buffer.byteLength(inside) <= maxSocketPathBytes) return { path: inside, directory: undefined };
  const hash = createHash('sha256').update(realDataDirectory).digest('hex').slice(0, 32);
  const directory = join(temporaryDirectory, `thimble-${uid}-${hash}`);
  return { path: join(directory, 'operator.sock'), directory };
}

/** The socket of a data directory on this machine, for this user. Throws when the directory does not exist. */
export function operatorSocketOf(dataDirectory: string): OperatorSocket {
  return placeOperatorSocket(realpathSync(dataDirectory), process.getuid?.() ?? 0, tmpdir());
}

/** Path to connect to; where nothing exists yet, a path that nobody listens on. Throws when the socket's directory is not ours alone. */
export function findOperatorSocket(dataDirectory: string): string {
  try {
    const { path, directory } = operatorSocketOf(dataDirectory);
    if (directory !== undefined) requireOwnDirectory(directory);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return join(resolve(dataDirectory).slice(0, 80), 'operator.sock');
    throw error;
  }
}
