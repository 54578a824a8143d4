/** A question that is answered by typing a name: for what cannot be brought back. */
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { FormButtons } from './form-buttons.tsx';
import { Problem } from './problem.tsx';

export function TypeToConfirm({
  opened,
  title,
  children,
  label,
  expected,
  action,
  onConfirm,
  onClose,
}: {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** Label of the field. */
  label: string;
  /** What must be typed, letter by letter. */
  expected: string;
  action: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered>
      <Answer {...{ children, label, expected, action, onConfirm, onClose }} />
    </Modal>
  );
}

type AnswerProps = Omit<Parameters<typeof TypeToConfirm>[0], 'opened' | 'title'>;

function Answer({ children, label, expected, action, onConfirm, onClose }: AnswerProps): ReactNode {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (typed !== expected) return;
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {children}
        <TextInput
          label={label}
          description={
            <Text span inherit>
              Type <b>{expected}</b>
            </Text>
          }
          value={typed}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" px="sm" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" px="sm" color="red" loading={isBusy} disabled={typed !== expected}>
            {action}
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}
