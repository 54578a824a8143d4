export interface Ticker {
  /** Works at once, and from then on. */
  start(): void;
  /** Begins nothing more; resolves after the work under way. */
  stop(): Promise<void>;
}

/** Does a piece of work again and again, never twice at a time; a failure is told and waits for the next time. */
export function createTicker(options: { everyMs: number; work: () => Promise<void>; onError: (error: unknown) => void }): Ticker {
  const { everyMs, work, onError } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  function tick(): void {
    running ??= work()
      .catch(onError)
      .finally(() => (running = undefined));
  }

  return {
    start() {
      timer = setInterval(tick, everyMs).unref();
      tick();
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
