import { chmodSync, mkdtempSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requireOwnDirectory } from '../lib/own-directory.ts';
import { findOperatorSocket, operatorSocketOf, placeOperatorSocket } from './operator-socket.ts';

const base = mkdtempSync(join(tmpdir(), 'thimble-socket-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the operator socket', () => {
  it('lies in the data directory while its path fits, up to exactly 107 bytes', () => {
    const fits = `/${'d'.repeat(107 - '/operator.sock'.length - 1)}`;
    expect(placeOperatorSocket(fits, 7, '/tmp')).toEqual({ path: `${fits}/operator.sock`, directory: undefined });
    expect(Buffer.byteLength(placeOperatorSocket(fits, 7, '/tmp').path)).toBe(107);
    const tooLong = placeOperatorSocket(`${fits}d`, 7, '/tmp');
    expect(tooLong.directory).toMatch(/^\/tmp\/thimble-7-[0-9a-f]{32}$/);
    expect(tooLong.path).toBe(`${tooLong.directory}/operator.sock`);
  });

  it('counts bytes, not characters', () => {
    expect(placeOperatorSocket(`/${'é'.repeat(60)}`, 7, '/tmp').directory).toBeDefined();
  });

  it('is the same for every name of the directory', () => {
    const real = join(base, 'real');
    mkdirSync(real);
    symlinkSync(real, join(base, 'link'));
    expect(operatorSocketOf(join(base, 'link'))).toEqual(operatorSocketOf(real));
  });

  it('of a directory that does not exist is a path nobody listens on', () => {
    expect(findOperatorSocket(join(base, 'absent'))).toBe(join(base, 'absent', 'operator.sock'));
  });

  it('is refused in a directory that others can enter, or that is a link', () => {
    const open = join(base, 'open');
    mkdirSync(open, { mode: 0o700 });
    expect(() => requireOwnDirectory(open)).not.toThrow();
    symlinkSync(open, join(base, 'elsewhere'));
    expect(() => requireOwnDirectory(join(base, 'elsewhere'))).toThrow(/mode 0700/);
    chmodSync(open, 0o755);
    expect(() => requireOwnDirectory(open)).toThrow(/mode 0700/);
  });
});
