import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Puts a writer and a reader of any engine together to a store whose transactions are waited for when it closes. */
export function assembleStore(parts: {
  writer: Kysely<Tables>;
  read: Kysely<Tables>;
  statements: () => number;
  /** Called last, when nothing runs any more. */
  closeHandles: () => void | Promise<void>;
}): Store {
  const { writer, read, statements, closeHandles } = parts;
  /** The transaction the caller is inside of, to turn a certain deadlock into an error. */
  const enclosing = new AsyncLocalStorage<{ running: boolean }>();
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await Promise.allSettled(running);
    await read.destroy();
    await writer.destroy();
    await closeHandles();
  }

  return {
    read,
    statements,
    async transaction(work) {
      if (closing !== undefined) throw new Error('The store is closed.');
      if (enclosing.getStore()?.running === true)
        throw new Error('A store transaction may not begin inside another one: it would wait for itself.');
      const state = { running: true };
      const result = enclosing.run(state, () => writer.transaction().execute(work));
      running.add(result);
      try {
        return await result;
      } finally {
        state.running = false;
        running.delete(result);
      }
    },
    close: () => (closing ??= close()),
  };
}
