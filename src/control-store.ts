/** Which engine keeps the control store, and who else may not: the locks come before the store they guard. */
import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { openStore, type Store } from './store/database.ts';
import { requireMoveFinished, requireNoEmbeddedStore, requireNotMoved } from './store/move-marks.ts';
import { acquireNodeLock } from './store/node-lock.ts';
import { openPostgresStore } from './store/postgres-store.ts';

export interface ControlStore {
  readonly store: Store;
  /** False once another server may have taken over: nothing may be accepted any more. */
  readonly isAlone: () => boolean;
}

/**
 * Opens the store of a data directory whose lock is held; what is opened is deferred on `opened`. `onLost`: the process must end.
 * Throws NodeLockedError, MovedError, and the errors of the store.
 */
export async function openControlStore(
  config: Config,
  { opened, onLost }: { opened: AsyncDisposableStack; onLost: (error: Error) => void },
): Promise<ControlStore> {
  const file = join(config.dataDirectory, 'store.db');
  const { databaseUrl: url } = config;
  if (url === undefined) {
    const store = await openStore({ path: file });
    opened.defer(() => store.close());
    await requireNotMoved(store, { undo: config.undoMove });
    return { store, isAlone: () => true };
  }
  requireNoEmbeddedStore(file);
  const node = await acquireNodeLock({ url, onLost });
  opened.defer(() => node.release());
  const store = await openPostgresStore({ url, node, onLost });
  opened.defer(() => store.close());
  await requireMoveFinished(store);
  return { store, isAlone: () => node.isHeld() };
}
