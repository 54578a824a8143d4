import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { read } from '../../../api/query.ts';
import { Problem } from '../../../components/problem.tsx';
import { SettingsPage } from '../settings-page.tsx';
import { ChangePasswordSection } from './change-password-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TwoFactorSection } from './two-factor-section.tsx';
import { UserProfileSection } from './user-profile-section.tsx';

export function ProfilePage(): ReactNode {
  const { data, error } = useQuery(read('getProfile', {}));
  return (
    <SettingsPage tab="profile">
      <Problem error={error} />
      {data === undefined && error === null && <Skeleton h={240} />}
      {data !== undefined && (
        <>
          <UserProfileSection profile={data} />
          <ChangePasswordSection email={data.email} />
          <TwoFactorSection profile={data} />
          <SessionsSection />
        </>
      )}
    </SettingsPage>
  );
}
