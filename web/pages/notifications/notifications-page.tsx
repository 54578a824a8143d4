import { Divider, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { read } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { NotificationEntry } from './notification-entry.tsx';

export function NotificationsPage(): ReactNode {
  const notifications = useQuery({ ...read('listNotifications', {}), refetchInterval: 30_000 });
  return (
    <Page title="All Notifications" helper="What needs attention. A notification goes when its cause is mended or somebody dismisses it.">
      <Loaded query={notifications}>
        {(all) =>
          all.length === 0 ? (
            <Text>Nothing is wrong.</Text>
          ) : (
            <Stack gap={0} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
              {all.map((notification) => (
                <li key={notification.id}>
                  <NotificationEntry notification={notification} />
                  <Divider />
                </li>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}
