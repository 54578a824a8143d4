import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../../tests/support/store-rows.ts';
import { confirmKey, isKeyed, WrongMasterKeyError } from './key-check.ts';

const key = createSecretKey(Buffer.alloc(32, 1));
const other = createSecretKey(Buffer.alloc(32, 2));

describe('the master key check', () => {
  it('binds a store to its first key', async () => {
    const store = await temporaryStore();
    expect(await isKeyed(store)).toBe(false);
    await confirmKey(store, key);
    expect(await isKeyed(store)).toBe(true);
    await confirmKey(store, key);
    await expect(confirmKey(store, other)).rejects.toBeInstanceOf(WrongMasterKeyError);
  });
});
