import type { LoadDestination } from './thread-messages.ts';

/** The open sinks of the loader thread, one per destination. */
export interface OpenSinks<S> {
  /** The sink of a destination as it is configured now. */
  get(destination: LoadDestination): Promise<S>;
  /** Runs a load after those of the destination that were asked for before: describing, planning and loading must see the same tables. */
  inTurn<T>(destination: LoadDestination, load: (sink: S) => Promise<T>): Promise<T>;
  /** Closes the sink of a destination after its load, unless it was opened for these settings. */
  retain(id: number, destination: LoadDestination | undefined): void;
  readonly all: Iterable<S>;
  /** Waits for loads and closes every sink. */
  close(): Promise<void>;
}

/**
 * Keeps sinks open, and opens another when the settings of its destination changed; the one before ends its load first. Two sinks on one
 * embedded warehouse would share its instance and take each other's staged rows: there the next is opened once the one before has closed.
 */
export function createOpenSinks<S>(options: {
  open: (destination: LoadDestination) => S;
  close: (sink: S) => Promise<void>;
}): OpenSinks<S> {
  const sinks = new Map<number, { readonly settings: string; readonly sink: S }>();
  const loading = new Map<number, Promise<unknown>>();
  const closing = new Map<Promise<void>, number>();

  function closeLater(id: number, sink: S): void {
    const closed = (loading.get(id) ?? Promise.resolve()).then(() => options.close(sink)).catch(() => undefined);
    closing.set(closed, id);
    void closed.then(() => closing.delete(closed));
  }

  async function closedBefore(id: number): Promise<void> {
    for (const [closed, of] of closing) if (of === id) await closed;
  }

  /** Without a wait it is taken before this returns. */
  async function get(destination: LoadDestination): Promise<S> {
    const settings = JSON.stringify(destination);
    if (destination.kind === 'duckdb' && !sinks.has(destination.id)) await closedBefore(destination.id);
    const before = sinks.get(destination.id);
    if (before?.settings === settings) return before.sink;
    if (before !== undefined) closeLater(destination.id, before.sink);
    const sink = options.open(destination);
    sinks.set(destination.id, { settings, sink });
    return sink;
  }

  return {
    get,
    inTurn(destination, load) {
      const before = loading.get(destination.id) ?? Promise.resolve();
      // Taken now, so that a change of settings closes this sink only after this load.
      const sink = get(destination);
      const run = Promise.all([sink, before]).then(([opened]) => load(opened));
      loading.set(
        destination.id,
        run.catch(() => undefined),
      );
      return run;
    },
    retain(id, destination) {
      const open = sinks.get(id);
      if (open === undefined || (destination !== undefined && JSON.stringify(destination) === open.settings)) return;
      sinks.delete(id);
      closeLater(id, open.sink);
    },
    get all() {
      return [...sinks.values()].map(({ sink }) => sink);
    },
    async close() {
      await Promise.all(loading.values());
      await Promise.all([...closing.keys(), ...[...sinks.values()].map(({ sink }) => options.close(sink))]);
    },
  };
}
