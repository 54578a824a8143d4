import { lstatSync } from 'node:fs';

/** Anyone may create names in a temporary directory: throws unless this is a real directory of this user that nobody else can enter. */
export function requireOwnDirectory(directory: string): void {
  const stats = lstatSync(directory);
  const uid = process.getuid?.();
  if (!stats.isDirectory() || (uid !== undefined && stats.uid !== uid) || (stats.mode & 0o077) !== 0) {
    throw new Error(`${directory} is not a directory of mode 0700 owned by this user; remove it and start the server again.`);
  }
}
