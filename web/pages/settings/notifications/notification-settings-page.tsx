/** Who is told when something goes wrong: what can be set today. */
import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Section } from '../../../components/section.tsx';
import { paths } from '../../../paths.ts';
import { useSession } from '../../../shell/session.tsx';
import { SettingsPage } from '../settings-page.tsx';

export function NotificationSettingsPage(): ReactNode {
  const { account, member } = useSession();
  return (
    <SettingsPage tab="notifications">
      <Section title="In the app" helper="Everything that needs attention is listed for every member until it is solved or dismissed.">
        <Text size="sm">
          See{' '}
          <Anchor component={Link} to={paths.notifications(account.id)} underline="always">
            All Notifications
          </Anchor>
          .
        </Text>
      </Section>
      <Section
        title="Email notifications"
        helper="Each member chooses for the own address whether it receives e-mail about errors affecting your data."
      >
        <Text size="sm">
          {member.email}: <b>{member.notify_errors ? 'on' : 'off'}</b>. Change it in{' '}
          <Anchor component={Link} to={paths.settings(account.id, 'profile')} underline="always">
            Your Profile
          </Anchor>
          .
        </Text>
      </Section>
    </SettingsPage>
  );
}
