import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** `Enabled` or `Disabled`, and below it why it does not work. */
export function KeyStatus({ isEnabled, reason }: { isEnabled: boolean; reason: string | undefined }): ReactNode {
  return (
    <>
      <Text size="sm" {...(isEnabled ? {} : { c: 'dimmed' })}>
        {isEnabled ? 'Enabled' : 'Disabled'}
      </Text>
      {reason !== undefined && (
        <Text size="xs" c="dimmed">
          {reason}
        </Text>
      )}
    </>
  );
}
