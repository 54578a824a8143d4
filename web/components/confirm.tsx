/** A question before something that is not taken back. */
import { Button, Modal, Stack } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { FormButtons } from './form-buttons.tsx';
import { Problem } from './problem.tsx';

export function Confirm({
  opened,
  title,
  children,
  action,
  color = 'red',
  onConfirm,
  onClose,
}: {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** Label of the button that does it. */
  action: string;
  color?: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isOpen = useRef(opened);
  useEffect(() => {
    isOpen.current = opened;
  });
  // A row that goes takes its question along.
  useEffect(
    () => () => {
      if (isOpen.current) setTimeout(focusContent);
    },
    [],
  );

  function close(): void {
    setError(undefined);
    onClose();
  }

  async function confirm(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal opened={opened} onClose={close} title={title} centered onExitTransitionEnd={focusContent}>
      <Stack>
        {children}
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color={color} loading={isBusy} onClick={() => void confirm()}>
            {action}
          </Button>
        </FormButtons>
      </Stack>
    </Modal>
  );
}

/** When what opened the question went with the answer, the keyboard goes on at the content instead of the top of the page. */
function focusContent(): void {
  if (document.activeElement === document.body) document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true });
}
