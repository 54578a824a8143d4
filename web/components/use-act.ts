import { useRef, useState } from 'react';

interface Act {
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Runs one act at a time: a call while another runs does nothing. */
  readonly run: (act: () => Promise<void>) => void;
}

/** An act of a button or form: busy while it runs, and the failure it ended with. */
export function useAct(): Act {
  const isRunning = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function run(act: () => Promise<void>): Promise<void> {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(failure);
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  }

  return { isBusy, error, run: (act) => void run(act) };
}
