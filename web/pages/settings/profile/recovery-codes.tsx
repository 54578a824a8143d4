import { Alert, Button, Code, SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

/** Recovery codes, the one time they are shown. */
export function RecoveryCodeList({ codes, onDone }: { codes: readonly string[]; onDone: () => void }): ReactNode {
  return (
    <Stack maw={440}>
      <Alert role="note" color="yellow" title="Keep these recovery codes">
        Each signs you in once when your authenticator is not at hand. They are shown only now: print them, or keep them in a password
        manager.
      </Alert>
      <SimpleGrid cols={2} spacing="xs" component="ul" role="list" aria-label="Recovery codes" m={0} p={0}>
        {codes.map((code) => (
          <Code key={code} component="li" fz="sm" p="xs" className="secret">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Button onClick={onDone}>I have kept them</Button>
    </Stack>
  );
}
