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

export function ForgotPage(): ReactNode {
  const { data: entrance } = useQuery(read('getEntrance', {}));
  const { isBusy, error, run } = useAct();
  const [email, setEmail] = useState('');
  const [wasSent, setWasSent] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await call('requestPasswordReset', { body: { email } });
      setWasSent(true);
    });
  }

  return (
    <EntranceFrame title="Forgot your password?">
      {wasSent ? (
        <Text role="status">If this address belongs to a member, a link to choose a new password is on its way. It works once.</Text>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label="Email"
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
      )}
      {entrance?.sends_mail === false && (
        <Text size="sm" c="dimmed">
          This installation sends no mail. Ask an Administrator of your account, or its operator, for a link.
        </Text>
      )}
      <Anchor component={Link} to={paths.signIn()} size="sm">
        Back to sign in
      </Anchor>
    </EntranceFrame>
  );
}
