/** The first visit of a new installation: makes its first account. */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Navigate } from 'react-router';
import { call } from '../../api/client.ts';
import { read } from '../../api/query.ts';
import { CompanyField, EmailField, NameField } from '../../components/person-fields.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { EntranceFrame } from './entrance-frame.tsx';
import { emptyPassword, findPasswordProblem, NewPasswordFields } from '../../components/new-password-fields.tsx';
import { useEnter } from './use-enter.ts';
import { useLinkToken } from './use-link-token.ts';

export function SetupPage(): ReactNode {
  const token = useLinkToken();
  const { data: entrance } = useQuery(read('getEntrance', {}));
  const enter = useEnter();
  const { isBusy, error, run } = useAct();
  const [typedCode, setTypedCode] = useState('');
  const [company, setCompany] = useState('');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState(emptyPassword);
  const [wasSent, setWasSent] = useState(false);
  const problem = findPasswordProblem(password);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setWasSent(true);
    if (problem !== undefined) return;
    const code = token ?? typedCode.trim();
    run(async () => {
      await call('setUp', { body: { code, company, name, email, password: password.password } });
      enter();
    });
  }

  if (entrance?.needs_setup === false && !isBusy) return <Navigate to={paths.signIn()} replace />;
  return (
    <EntranceFrame title="Set up Thimble">
      <Text size="sm">This installation has no account yet. You become its first Administrator.</Text>
      <form onSubmit={submit}>
        <Stack>
          {token === undefined && (
            <TextInput
              label="Setup code"
              description="The server printed a link when it started; the code is what follows “token=”."
              autoComplete="off"
              required
              value={typedCode}
              onChange={({ currentTarget }) => setTypedCode(currentTarget.value)}
            />
          )}
          <CompanyField value={company} onChange={setCompany} />
          <NameField value={name} onChange={setName} />
          <EmailField autoComplete="username" value={email} onChange={setEmail} />
          <NewPasswordFields value={password} problem={wasSent ? problem : undefined} onChange={setPassword} />
          <Problem error={error} />
          <Button type="submit" loading={isBusy}>
            Create the account
          </Button>
        </Stack>
      </form>
    </EntranceFrame>
  );
}
