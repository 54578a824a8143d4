/** The strip under the tabs that says what was just done (web-app.md §1.1). It goes with the next page, or when it is closed. */
import { CloseButton, Group, Text } from '@mantine/core';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import classes from './flash.module.css';

interface Flash {
  readonly kind: 'success' | 'warning';
  readonly text: string;
  /** The page it was said on may change once: acts often end with a move to another page. */
  moves: number;
}

let current: Flash | undefined;
const listeners = new Set<() => void>();

function set(flash: Flash | undefined): void {
  current = flash;
  for (const listener of listeners) listener();
}

/** Says that something succeeded; also across the next change of page. */
export function flash(text: string, kind: Flash['kind'] = 'success'): void {
  set({ kind, text, moves: 0 });
}

export function FlashBanner(): ReactNode {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
  const { pathname } = useLocation();
  useEffect(() => {
    if (current !== undefined && (current.moves += 1) > 2) set(undefined);
  }, [pathname]);
  return (
    <div aria-live="polite" className={classes.place}>
      {shown !== undefined && (
        <Group className={`${classes.strip} ${classes[shown.kind]}`} justify="space-between" wrap="nowrap">
          <Text size="sm">
            <b>{shown.kind === 'success' ? 'Success!' : 'Warning:'}</b> {shown.text}
          </Text>
          <CloseButton aria-label="Close the message" onClick={() => set(undefined)} />
        </Group>
      )}
    </div>
  );
}
