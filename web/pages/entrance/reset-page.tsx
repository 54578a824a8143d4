import { Button, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { AccountApiError } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { DeadLink } from './dead-link.tsx';
import { EntranceFrame } from './entrance-frame.tsx';
import { emptyPassword, findPasswordProblem, NewPasswordFields } from '../../components/new-password-fields.tsx';
import { useLinkToken } from './use-link-token.ts';

export function ResetPage(): ReactNode {
  const token = useLinkToken();
  const navigate = useNavigate();
  const { isBusy, error, run } = useAct();
  const [password, setPassword] = useState(emptyPassword);
  const [wasSent, setWasSent] = useState(false);
  const problem = findPasswordProblem(password);
  const isDead = token === undefined || (error instanceof AccountApiError && error.code === 'invalid_link');

  function submit(event: FormEvent): void {
    event.preventDefault();
    setWasSent(true);
    if (problem !== undefined || token === undefined) return;
    run(async () => {
      await call('resetPassword', { body: { token, password: password.password } });
      // Every session of the member ended, this tab's too.
      queryClient.clear();
      await navigate(paths.signIn(), { replace: true, state: { said: 'Your new password is set. Sign in with it.' } });
    });
  }

  return (
    <EntranceFrame title="Choose a new password">
      {isDead ? (
        <DeadLink>Ask for a new one with “Forgot?” on the sign-in page.</DeadLink>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <NewPasswordFields
              value={password}
              problem={wasSent ? problem : undefined}
              labels={{ password: 'New Password', again: 'Confirm New Password' }}
              onChange={setPassword}
            />
            <Problem error={error} />
            <Button type="submit" loading={isBusy}>
              Save the password
            </Button>
          </Stack>
        </form>
      )}
    </EntranceFrame>
  );
}
