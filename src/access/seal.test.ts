import { createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, SealBrokenError, type SealedPlace } from './seal.ts';

const deriveFrom =
  (master: string) =>
  (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', master, 'thimble', purpose, 32)));
const derive = deriveFrom('one');
const sealer = createSealer({ derive, currentId: 1 });
const place: SealedPlace = { kind: 'destination', id: 1001, property: 'password' };

describe('a sealed value', () => {
  it('opens at its place as it was, and is never the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.string(), (value, id, property) => {
        const here: SealedPlace = { kind: 'source', id, property };
        const sealed = sealer.seal(here, value);
        expect(sealer.open(here, sealed)).toBe(value);
        expect(Buffer.from(sealer.seal(here, value)).equals(sealed)).toBe(false);
      }),
      { seed: 1 },
    );
  });

  it('does not open anywhere else', () => {
    const sealed = sealer.seal(place, 'hunter2');
    for (const other of [{ kind: 'source' }, { id: 1002 }, { property: 'passwor' }, { id: 100, property: '1password' }] as const)
      expect(() => sealer.open({ ...place, ...other }, sealed)).toThrow(SealBrokenError);
  });

  it('does not open when any one bit of it was changed, or when it was cut', () => {
    const sealed = sealer.seal(place, 'hunter2');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => sealer.open(place, changed)).toThrow(SealBrokenError);
    }
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => sealer.open(place, sealed.subarray(0, length))).toThrow(SealBrokenError);
  });

  it('opens after a newer key came, under which new values are sealed', () => {
    const sealed = sealer.seal(place, 'old');
    const newer = createSealer({ derive, currentId: 2 });
    expect(newer.open(place, sealed)).toBe('old');
    const again = newer.seal(place, 'new');
    expect([...again.subarray(0, 5)]).toEqual([1, 0, 0, 0, 2]);
    expect(() => sealer.open(place, again)).toThrow(SealBrokenError);
  });

  it('does not open under another master key', () => {
    const sealed = sealer.seal(place, 'hunter2');
    const other = createSealer({ derive: deriveFrom('two'), currentId: 1 });
    expect(() => other.open(place, sealed)).toThrow('The sealed password of destination 1001 cannot be opened; enter it again.');
  });

  it('does not contain the value', () => {
    const sealed = Buffer.from(sealer.seal(place, 'hunter2hunter2'));
    expect(sealed.includes('hunter2')).toBe(false);
  });
});
