/** A new key, the one time it is shown. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from '../../../components/copy-field.tsx';

export function ShownKey({
  secret,
  children,
  onClose,
}: {
  /** Undefined once the page was left and came back. */
  secret: string | undefined;
  children?: ReactNode;
  onClose: () => void;
}): ReactNode {
  return (
    <Stack>
      {secret === undefined ? (
        <Text>The key was made and is not shown again. If you did not copy it, delete it and generate another.</Text>
      ) : (
        <>
          <CopyField label="Your API access key" value={secret} />
          <Alert role="note" color="yellow" title="Copy it now, and keep it secret">
            This is the only time the key is shown. Whoever has it can act for your account: keep it in a password manager or a secret
            store, never in code, tickets or chats.
          </Alert>
        </>
      )}
      {children}
      <Button onClick={onClose}>Close and Continue</Button>
    </Stack>
  );
}
