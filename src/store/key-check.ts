import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Store } from './database.ts';
import { findSetting } from './queries/setting.ts';

/** The master key is not the one this store was made with: every credential would be refused and the audit trail would look broken. */
export class WrongMasterKeyError extends Error {
  override readonly name = 'WrongMasterKeyError';
}

const settingName = 'master_key_check';

/** True once a master key has been used with this store; from then on no other may be created for it. */
export async function isKeyed(store: Store): Promise<boolean> {
  return (await findCheck(store)) !== undefined;
}

/** Remembers a fingerprint of the key (derived for this purpose alone) at the first call; throws WrongMasterKeyError for another key later. */
export async function confirmKey(store: Store, key: KeyObject): Promise<void> {
  const value = createHmac('sha256', key).update('thimble master key check').digest('hex');
  const known = await findCheck(store);
  if (known === undefined) {
    await store.transaction((tx) => tx.insertInto('setting').values({ name: settingName, value }).execute());
  } else if (known !== value) {
    throw new WrongMasterKeyError(
      'This is not the master key the store was made with. Restore the key file, or set THIMBLE_MASTER_KEY to its content.',
    );
  }
}

function findCheck(store: Store): Promise<string | undefined> {
  return findSetting(store.read, settingName);
}
