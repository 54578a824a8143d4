import { Alert, Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';

/** Says that a link works no more, and where to get another. */
export function DeadLink({ children }: { children: ReactNode }): ReactNode {
  return (
    <>
      <Alert color="red" role="alert" title="This link does not work">
        A link works once and only for a while. {children}
      </Alert>
      <Text size="sm">
        <Anchor component={Link} to={paths.signIn()}>
          Go to sign in
        </Anchor>
      </Text>
    </>
  );
}
