import { Button, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { AccountApiError } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { CompanyField, NameField } from '../../components/person-fields.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { DeadLink } from './dead-link.tsx';
import { emptyPassword, findPasswordProblem, NewPasswordFields } from '../../components/new-password-fields.tsx';
import { readPrefill } from './prefill.ts';
import { useEnter, useOrigin } from './use-enter.ts';

export function SignUpForm({ token }: { token: string }): ReactNode {
  const enter = useEnter();
  const { isBusy, error, run } = useAct();
  const prefill = readPrefill(useOrigin());
  const [company, setCompany] = useState(prefill.company);
  const [name, setName] = useState(prefill.name);
  const [password, setPassword] = useState(emptyPassword);
  const [wasSent, setWasSent] = useState(false);
  const problem = findPasswordProblem(password);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setWasSent(true);
    if (problem !== undefined) return;
    run(async () => {
      await call('signUp', { body: { token, company, name, password: password.password } });
      enter();
    });
  }

  if (error instanceof AccountApiError && error.code === 'invalid_link') return <DeadLink>Ask for a new one.</DeadLink>;
  return (
    <form onSubmit={submit}>
      <Stack>
        <CompanyField value={company} onChange={setCompany} />
        <NameField value={name} onChange={setName} />
        <NewPasswordFields value={password} problem={wasSent ? problem : undefined} onChange={setPassword} />
        <Problem error={error} />
        <Button type="submit" loading={isBusy}>
          Open the account
        </Button>
      </Stack>
    </form>
  );
}
