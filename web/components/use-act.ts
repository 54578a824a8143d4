import { useState } from 'react';

interface Act {
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Runs one act at a time; a second call while one runs does nothing. */
  run(act: () => Promise<void>): void;
}

/** An act of a button or form: busy while it runs, and the failure it ended with. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function run(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return { isBusy, error, run: (act) => void (isBusy ? undefined : run(act)) };
}
