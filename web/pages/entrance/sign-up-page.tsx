/** Opening an account where the operator lets anybody do so: first the address, then, with the link from the mail, the rest. */
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import { call } from '../../api/client.ts';
import { read } from '../../api/query.ts';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { EntranceFrame } from './entrance-frame.tsx';
import { readPrefill } from './prefill.ts';
import { SignUpForm } from './sign-up-form.tsx';
import { useOrigin } from './use-enter.ts';
import { useLinkToken } from './use-link-token.ts';

export function SignUpPage(): ReactNode {
  const token = useLinkToken();
  const { data: entrance } = useQuery(read('getEntrance', {}));
  return (
    <EntranceFrame title="Open an account">
      {token !== undefined && <SignUpForm token={token} />}
      {token === undefined && entrance?.sign_up === 'open' && <AddressForm />}
      {token === undefined && entrance !== undefined && entrance.sign_up !== 'open' && (
        <Text>Accounts are not opened here by oneself. Ask a member of your team to invite you.</Text>
      )}
      <Anchor component={Link} to={paths.signIn()} size="sm">
        Back to sign in
      </Anchor>
    </EntranceFrame>
  );
}

function AddressForm(): ReactNode {
  const { isBusy, error, run } = useAct();
  const origin = useOrigin();
  const [email, setEmail] = useState(readPrefill(origin).email);
  const [wasSent, setWasSent] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await call('requestSignUp', { body: { email, ...(origin.startsWith(`${paths.authorization()}?`) ? { continue_to: origin } : {}) } });
      setWasSent(true);
    });
  }

  if (wasSent) return <Text role="status">If this address can open an account, a link to go on with is on its way to it.</Text>;
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Email Address"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <Problem error={error} />
        <Button type="submit" loading={isBusy}>
          Send the link
        </Button>
      </Stack>
    </form>
  );
}
