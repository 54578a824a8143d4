import { createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { describeStores } from '../../tests/support/store-engines.ts';
import { confirmKey, isKeyed, WrongMasterKeyError } from './key-check.ts';

const key = createSecretKey(Buffer.alloc(32, 1));
const other = createSecretKey(Buffer.alloc(32, 2));

describeStores('the master key check', (engine) => {
  it('binds a store to its first key', async () => {
    const store = await engine.temporaryStore();
    expect(await isKeyed(store)).toBe(false);
    await confirmKey(store, key);
    expect(await isKeyed(store)).toBe(true);
    await confirmKey(store, key);
    await expect(confirmKey(store, other)).rejects.toBeInstanceOf(WrongMasterKeyError);
  });
});
