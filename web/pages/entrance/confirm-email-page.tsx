/** Proving a new e-mail address. A button, not the mere visit: mail scanners open links too. */
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { AccountApiError } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { DeadLink } from './dead-link.tsx';
import { EntranceFrame } from './entrance-frame.tsx';
import { useLinkToken } from './use-link-token.ts';

export function ConfirmEmailPage(): ReactNode {
  const token = useLinkToken();
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const [isDone, setDone] = useState(false);
  const isDead = token === undefined || (error instanceof AccountApiError && error.code === 'invalid_link');

  function confirm(): void {
    if (token === undefined) return;
    run(async () => {
      await call('confirmEmailChange', { body: { token } });
      setDone(true);
      await refresh('getProfile', 'getSession');
    });
  }

  return (
    <EntranceFrame title="Confirm your e-mail address">
      {isDead && <DeadLink>Ask for the change again in your profile.</DeadLink>}
      {isDone && (
        <>
          <Text role="status">The new address is yours. Sign in with it from now on.</Text>
          <Anchor component={Link} to={paths.home()}>
            Go to Thimble
          </Anchor>
        </>
      )}
      {!isDead && !isDone && (
        <Stack>
          <Text size="sm">Press the button to use this address with your Thimble account.</Text>
          <Problem error={error} />
          <Button loading={isBusy} onClick={confirm}>
            Confirm the address
          </Button>
        </Stack>
      )}
    </EntranceFrame>
  );
}
