import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { loadMasterKey, MasterKeyError } from './secrets.ts';
import type { MasterKey } from './secrets.ts';

const hex = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

function fingerprint(key: MasterKey, purpose = 'test'): string {
  return key.derive(purpose).export().toString('hex');
}

function keyFile(content: string, mode = 0o600): string {
  const file = join(temporaryDirectory(), 'master.key');
  writeFileSync(file, content, { mode });
  return file;
}

describe('the master key', () => {
  it('is made once, readable by its owner alone, and read again afterwards', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'master.key');
    const made = await loadMasterKey({ file, value: undefined, mayCreate: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readdirSync(directory)).toEqual(['master.key']);
    const again = await loadMasterKey({ file, value: undefined, mayCreate: false });
    expect(fingerprint(again)).toBe(fingerprint(made));
    const other = await loadMasterKey({ file: join(temporaryDirectory(), 'k'), value: undefined, mayCreate: true });
    expect(fingerprint(other)).not.toBe(fingerprint(made));
  });

  it('gives each purpose a key of its own by HKDF-SHA-256', async () => {
    const key = await loadMasterKey({ file: '/nowhere', value: hex, mayCreate: false });
    // Computed with Python's hmac after RFC 5869: salt "thimble", info "pepper/1", 32 bytes.
    expect(fingerprint(key, 'pepper/1')).toBe('7dde27ad859941f2efbcd10b27b19041ea2b315f58596001f9e45ce3b149cecc');
    expect(fingerprint(key, 'pepper/2')).not.toBe(fingerprint(key, 'pepper/1'));
  });

  it('is the same in hexadecimal and in both kinds of base64', async () => {
    const bytes = Buffer.from(hex, 'hex');
    const texts = [hex, hex.toUpperCase(), `${hex}\n`, bytes.toString('base64'), bytes.toString('base64url')];
    const keys = await Promise.all(texts.map((value) => loadMasterKey({ file: '/nowhere', value, mayCreate: false })));
    expect(new Set(keys.map((key) => fingerprint(key))).size).toBe(1);
  });

  it('comes from the environment rather than from the file', async () => {
    const file = keyFile('f'.repeat(64));
    const key = await loadMasterKey({ file, value: hex, mayCreate: false });
    expect(fingerprint(key)).toBe(fingerprint(await loadMasterKey({ file: keyFile(hex), value: undefined, mayCreate: false })));
  });

  it('is not made anew when the store needs the old one', async () => {
    const file = join(temporaryDirectory(), 'master.key');
    await expect(loadMasterKey({ file, value: undefined, mayCreate: false })).rejects.toMatchObject({
      name: 'MasterKeyError',
      message: expect.stringContaining('the store holds credentials'),
    });
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('is refused from a file that others can read or change', async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o644]) {
      const file = keyFile(hex);
      chmodSync(file, mode);
      await expect(loadMasterKey({ file, value: undefined, mayCreate: true })).rejects.toThrow('Set its mode to 0600');
    }
  });

  it('is refused when it is anything but 32 bytes, without being shown', async () => {
    for (const value of ['', 'x', hex.slice(2), `${hex}00`, `${hex.slice(1)}g`, 'correct horse battery staple correct horse 12']) {
      const fromFile = loadMasterKey({ file: keyFile(value), value: undefined, mayCreate: true });
      await expect(fromFile).rejects.toBeInstanceOf(MasterKeyError);
      if (value.length > 5) await expect(fromFile).rejects.not.toMatchObject({ message: expect.stringContaining(value) });
    }
    await expect(loadMasterKey({ file: '/nowhere', value: 'secret-value', mayCreate: true })).rejects.toThrow(/^(?!.*secret-value)/);
  });

  it('says what is wrong when the file cannot be read or made', async () => {
    const directory = join(temporaryDirectory(), 'key');
    mkdirSync(directory);
    await expect(loadMasterKey({ file: directory, value: undefined, mayCreate: true })).rejects.toThrow('is not a file');
    const missing = join(directory, 'no', 'such', 'folder', 'key');
    await expect(loadMasterKey({ file: missing, value: undefined, mayCreate: true })).rejects.toThrow('cannot be made: ENOENT');
  });
});
