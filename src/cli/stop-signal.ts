/** Resolves when the process is asked to end: by a signal, or because the launcher that started it is gone. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.channel !== undefined) {
      process.on('disconnect', () => resolve());
      process.channel.unref();
    }
  });
}
