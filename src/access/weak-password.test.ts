import { describe, expect, it } from 'vitest';
import { findWeakness } from './weak-password.ts';

const known = ['ann.lee@example.com', 'Ann Lee', 'Acme Rockets'];

describe('a new password', () => {
  it.each([
    'short',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabc',
    '123456789012',
    'abcdefghijkl',
    'Password1234',
    'password-password',
    'QwertyUiop123!',
    'ann.lee@example.com',
    'Ann.Lee-2031!',
    'acmerockets2031',
    'Thimble-Thimble-1',
  ])('is refused as %j', (password) => {
    expect(findWeakness(password, known)).toMatch(/\.$/);
  });

  it.each(['vivid harbor lantern', 'x9$Kq!mZ2@pLr', 'annual meeting of geese', 'Straße über Brücke'])('may be %j', (password) => {
    expect(findWeakness(password, known)).toBeUndefined();
  });
});
