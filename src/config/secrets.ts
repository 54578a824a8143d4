import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../lib/sync-directory.ts';

/** The installation's master key cannot be used; the message says what to do. It never contains the key. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/** The one secret of the installation, from which all other keys come. */
export interface MasterKey {
  /** HKDF-SHA-256 (RFC 5869) with the purpose as info: the same key for the same purpose, unrelated keys for others. 32 bytes. */
  derive(purpose: string): KeyObject;
}

export interface MasterKeyOptions {
  readonly file: string;
  /** The key itself, from the environment; it wins over the file. */
  readonly value: string | undefined;
  /** Whether a missing file may be made. False once the store holds anything made under a key. */
  readonly mayCreate: boolean;
}

const keyBytes = 32;

/** Reads the master key (64 hexadecimal digits, or base64 of 32 bytes), or makes it. Throws MasterKeyError. */
export async function loadMasterKey(options: MasterKeyOptions): Promise<MasterKey> {
  if (options.value !== undefined) return createMasterKey(parseKey(options.value, 'The master key in the environment'));
  const text = (await findKeyFile(options.file)) ?? (await createKeyFile(options));
  return createMasterKey(parseKey(text, `The master key file ${options.file}`));
}

function createMasterKey(key: Uint8Array): MasterKey {
  return {
    derive: (purpose) => createSecretKey(Buffer.from(hkdfSync('sha256', key, 'thimble', purpose, keyBytes))),
  };
}

function parseKey(text: string, what: string): Uint8Array {
  const trimmed = text.trim();
  const key = /^[0-9a-fA-F]{64}$/.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[0-9A-Za-z+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : undefined;
  if (key?.length !== keyBytes) throw new MasterKeyError(`${what} must be 64 hexadecimal digits or the base64 form of 32 bytes.`);
  return key;
}

async function findKeyFile(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new MasterKeyError(`The master key file ${file} cannot be read: ${error.code ?? error.message}.`, { cause: error });
  });
  if (handle === undefined) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new MasterKeyError(`The master key file ${file} is not a file.`);
    // Windows has no such bits and reports all of them as set.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      throw new MasterKeyError(`The master key file ${file} can be read or changed by others than its owner. Set its mode to 0600.`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Never leaves a half-written key: the file gets its name only when it is complete and on the disk. */
async function createKeyFile({ file, mayCreate }: MasterKeyOptions): Promise<string> {
  if (!mayCreate) {
    throw new MasterKeyError(
      `The master key is missing, but the store holds credentials made under it. Restore ${file}, or set THIMBLE_MASTER_KEY.`,
    );
  }
  const text = `${randomBytes(keyBytes).toString('hex')}\n`;
  const draft = `${file}.${process.pid}.new`;
  await rm(draft, { force: true });
  try {
    await writeSynced(draft, text);
    // Unlike rename, link refuses to replace a key that another process made meanwhile.
    await link(draft, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    throw new MasterKeyError(`The master key file ${file} cannot be made: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`, {
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
  return text;
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
