import { useEffect, useState } from 'react';

/** State for a value that is shown once: it lives in the component only, and goes when the page is left or put into the back-forward cache. */
export function useSecret<Value>(): [Value | undefined, (value: Value | undefined) => void] {
  const [secret, setSecret] = useState<Value>();
  useEffect(() => {
    const forget = (): void => setSecret(undefined);
    addEventListener('pagehide', forget);
    return () => removeEventListener('pagehide', forget);
  }, []);
  return [secret, setSecret];
}
