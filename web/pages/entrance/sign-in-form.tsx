/** E-mail and password, then the code where two-factor is on. */
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { AccountApiError } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { describeProblem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { useEnter } from './use-enter.ts';

export function SignInForm(): ReactNode {
  const enter = useEnter();
  const { isBusy, error, run } = useAct();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      try {
        await call('signIn', { body: { email, password, ...(needsCode ? { code } : {}) } });
        enter();
      } catch (failure) {
        const isFirstAsk = !needsCode && failure instanceof AccountApiError && failure.code === 'second_factor_required';
        if (!isFirstAsk) throw failure;
        setNeedsCode(true);
      }
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <SignInProblem error={error} />
        {needsCode ? (
          <>
            <Text size="sm">Your account asks for a second proof.</Text>
            <TextInput
              label="Code from your authenticator"
              description="Six digits, or one of your recovery codes."
              autoComplete="one-time-code"
              autoFocus
              required
              value={code}
              onChange={({ currentTarget }) => setCode(currentTarget.value)}
            />
          </>
        ) : (
          <>
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
          </>
        )}
        <Button type="submit" loading={isBusy}>
          Sign in
        </Button>
        {needsCode && (
          <Button variant="default" onClick={() => setNeedsCode(false)}>
            Back
          </Button>
        )}
      </Stack>
    </form>
  );
}

/** Too many attempts have a waiting time, which is said instead of the failure. */
function SignInProblem({ error }: { error: unknown }): ReactNode {
  if (error === undefined) return null;
  if (error instanceof AccountApiError && error.code === 'too_many_requests') {
    return (
      <Alert color="red" role="alert" title="Too many attempts">
        Wait {describeWait(error.retryAfterS ?? 1)}, then try again. Every wrong attempt makes the wait longer.
      </Alert>
    );
  }
  return (
    <Alert color="red" role="alert">
      {describeProblem(error)}
    </Alert>
  );
}

function describeWait(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
