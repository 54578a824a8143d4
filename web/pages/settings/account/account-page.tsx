/** Account Settings, in the order of web-app.md §2. */
import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Section } from '../../../components/section.tsx';
import { paths } from '../../../paths.ts';
import { useSession } from '../../../shell/session.tsx';
import { SettingsPage } from '../settings-page.tsx';
import { ApiKeysSection } from './api-keys-section.tsx';
import { CompanySection } from './company-section.tsx';
import { PartnerKeysSection } from './partner-keys-section.tsx';

export function AccountPage(): ReactNode {
  const { account } = useSession();
  return (
    <SettingsPage tab="account">
      <CompanySection />
      <Section
        title="Data pipeline region"
        helper="Where your data is received, prepared and loaded. It is the place this installation runs in and cannot be changed."
      >
        <Text size="sm">
          <b>{account.region.name}</b>
          {account.region.detail !== '' && (
            <Text span c="dimmed">
              {' '}
              - {account.region.detail}
            </Text>
          )}
        </Text>
      </Section>
      <ApiKeysSection />
      <PartnerKeysSection />
      <Section
        title="Single Sign-on"
        helper="Thimble does not offer sign-in through an identity provider yet. Members sign in with e-mail and password; everyone can turn on two-factor sign-in in their profile."
      />
      <Section title="Team Members">
        <Text size="sm">
          Who is in the account, and in which role, is on{' '}
          <Anchor component={Link} to={paths.settings(account.id, 'members')} underline="always">
            Members
          </Anchor>
          .
        </Text>
      </Section>
    </SettingsPage>
  );
}
