import { Button, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { emptyPassword, findPasswordProblem, NewPasswordFields } from '../../../components/new-password-fields.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';

export function ChangePasswordSection({ email }: { email: string }): ReactNode {
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const [old, setOld] = useState('');
  const [next, setNext] = useState(emptyPassword);
  const [wasSent, setWasSent] = useState(false);
  const problem = findPasswordProblem(next);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setWasSent(true);
    if (problem !== undefined) return;
    run(async () => {
      await call('changePassword', { body: { old_password: old, new_password: next.password } });
      setOld('');
      setNext(emptyPassword);
      setWasSent(false);
      flash('Your password was changed. Your other sessions have ended.');
      await refresh('getSession', 'listSessions');
    });
  }

  return (
    <form onSubmit={submit}>
      <Section
        title="Password"
        helper="Changing it signs you out everywhere else."
        action={
          <Button type="submit" variant="outline" loading={isBusy}>
            Change Password
          </Button>
        }
      >
        <Stack maw={440}>
          <input type="text" hidden readOnly autoComplete="username" value={email} />
          <PasswordInput
            label="Old Password"
            autoComplete="current-password"
            required
            value={old}
            onChange={({ currentTarget }) => setOld(currentTarget.value)}
          />
          <NewPasswordFields
            value={next}
            problem={wasSent ? problem : undefined}
            labels={{ password: 'New Password', again: 'Confirm New Password' }}
            onChange={setNext}
          />
          <Problem error={error} />
        </Stack>
      </Section>
    </form>
  );
}
