/** Accepting an invitation. */
import { Button, Loader, Stack, Text } from '@mantine/core';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { AccountApiError, type AccountReply } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { NameField } from '../../components/person-fields.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { DeadLink } from './dead-link.tsx';
import { EntranceFrame } from './entrance-frame.tsx';
import { emptyPassword, findPasswordProblem, NewPasswordFields } from '../../components/new-password-fields.tsx';
import { useEnter } from './use-enter.ts';
import { useLinkToken } from './use-link-token.ts';

export function JoinPage(): ReactNode {
  const token = useLinkToken();
  const [invitation, setInvitation] = useState<AccountReply<'lookUpInvitation'>>();
  const [error, setError] = useState<unknown>();

  // Not a query: the token would be its key.
  useEffect(() => {
    if (token !== undefined) call('lookUpInvitation', { body: { token } }).then(setInvitation, setError);
  }, [token]);

  const isDead = token === undefined || (error instanceof AccountApiError && error.code === 'invalid_link');
  return (
    <EntranceFrame title="Join your team">
      {isDead && <DeadLink>Ask the person who invited you to send it again.</DeadLink>}
      {!isDead && <Problem error={error} />}
      {!isDead && error === undefined && invitation === undefined && <Loader aria-label="Loading" />}
      {token !== undefined && !isDead && invitation !== undefined && (
        <>
          <Text size="sm">
            {invitation.invited_by} invited you to <b>{invitation.company}</b> as <b>{invitation.email}</b>.
          </Text>
          <JoinForm token={token} email={invitation.email} onDead={setError} />
        </>
      )}
    </EntranceFrame>
  );
}

function JoinForm({ token, email, onDead }: { token: string; email: string; onDead: (error: unknown) => void }): ReactNode {
  const enter = useEnter();
  const { isBusy, error, run } = useAct();
  const [name, setName] = useState('');
  const [password, setPassword] = useState(emptyPassword);
  const [wasSent, setWasSent] = useState(false);
  const problem = findPasswordProblem(password);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setWasSent(true);
    if (problem !== undefined) return;
    run(async () => {
      try {
        await call('acceptInvitation', { body: { token, name, password: password.password } });
        enter();
      } catch (failure) {
        if (failure instanceof AccountApiError && failure.code === 'invalid_link') onDead(failure);
        else throw failure;
      }
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <input type="hidden" autoComplete="username" value={email} />
        <NameField value={name} onChange={setName} />
        <NewPasswordFields value={password} problem={wasSent ? problem : undefined} onChange={setPassword} />
        <Problem error={error} />
        <Button type="submit" loading={isBusy}>
          Join
        </Button>
      </Stack>
    </form>
  );
}
