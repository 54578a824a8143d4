/** Your user profile (web-app.md §3.3). Another address needs the password, and counts once the link sent to it was used. */
import { Alert, Button, Checkbox, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { Profile } from '../../../../contract/account-api/profile.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { EmailField, NameField } from '../../../components/person-fields.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';

export function UserProfileSection({ profile }: { profile: Profile }): ReactNode {
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const [name, setName] = useState(profile.name);
  const [email, setEmail] = useState(profile.email);
  const [notifies, setNotifies] = useState(profile.notify_errors);
  const [password, setPassword] = useState('');
  const isNewAddress = email.trim().toLowerCase() !== profile.email;

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await call('updateProfile', { body: { name, notify_errors: notifies } });
      if (isNewAddress) {
        await call('requestEmailChange', { body: { email: email.trim(), password } });
        setPassword('');
        setEmail(profile.email);
      }
      await refresh('getProfile', 'getSession', 'listMembers');
      flash(
        isNewAddress
          ? `Your profile was updated. Use the link sent to ${email.trim()} to change the address.`
          : 'Your profile was updated.',
      );
    });
  }

  return (
    <form onSubmit={submit}>
      <Section
        title="Your user profile"
        action={
          <Button type="submit" variant="outline" loading={isBusy}>
            Update Profile
          </Button>
        }
      >
        <Stack maw={440}>
          <NameField value={name} onChange={setName} />
          <EmailField autoComplete="email" value={email} onChange={setEmail} />
          {isNewAddress && (
            <PasswordInput
              label="Your password"
              description="Another address needs it. The new one counts once you used the link sent to it."
              autoComplete="current-password"
              required
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
          )}
          {profile.pending_email !== null && (
            <Alert role="note" color="yellow" title="A new address waits for its proof">
              Use the link sent to {profile.pending_email}. Until then you sign in with {profile.email}.
            </Alert>
          )}
          <Checkbox
            label="Send this address email notifications about errors affecting your data"
            checked={notifies}
            onChange={({ currentTarget }) => setNotifies(currentTarget.checked)}
          />
          <Problem error={error} />
        </Stack>
      </Section>
    </form>
  );
}
