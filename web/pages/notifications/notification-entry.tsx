/** One notification: what it is about, its summary, and on request the raw error (web-app.md §4.1). */
import { Anchor, Badge, Collapse, Group, Stack, Text } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Notification } from '../../../contract/account-api/notifications.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';

const levels = {
  critical: ['Critical', 'red.8'],
  warning: ['Warning', 'yellow.4'],
  delay: ['Delay', 'gray.7'],
} as const;

export function NotificationEntry({ notification }: { notification: Notification }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const [level, color] = levels[notification.level];

  async function dismiss(): Promise<void> {
    await call('dismissNotification', { params: { notification_id: notification.id } });
    await refresh('listNotifications', 'getSession');
  }

  return (
    <Stack gap={6} py="md">
      <Group gap="xs">
        <Text fw={700}>{notification.subject}</Text>
        <Text size="sm" c="dimmed">
          • {shortDate(notification.raised_at)}
        </Text>
        <Badge color={color} size="sm" autoContrast>
          {level}
        </Badge>
      </Group>
      <Text size="sm">{notification.summary}</Text>
      <Group gap="md">
        <Anchor
          component="button"
          type="button"
          size="sm"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Close details' : 'View details'}
        </Anchor>
        <Anchor component="button" type="button" size="sm" disabled={isBusy} onClick={() => run(dismiss)}>
          Dismiss
        </Anchor>
      </Group>
      <Collapse expanded={isOpen} id={detailsId}>
        <Stack gap="xs">
          <CodeBlock code={notification.details} label="The error as it came" />
          <Where notification={notification} />
        </Stack>
      </Collapse>
      <Problem error={error} />
    </Stack>
  );
}

function Where({ notification: { source_id: sourceId, destination_id: destinationId } }: { notification: Notification }): ReactNode {
  const { account } = useSession();
  const places = [
    ...(sourceId === null ? [] : [{ to: paths.integration(account.id, sourceId, 'loads'), words: 'Loads of the integration' }]),
    ...(destinationId === null ? [] : [{ to: paths.destination(destinationId), words: 'Settings of the destination' }]),
  ];
  return (
    <Group gap="md">
      {places.map(({ to, words }) => (
        <Anchor key={to} component={Link} to={to} size="sm">
          {words}
        </Anchor>
      ))}
    </Group>
  );
}

/** `Jun 22`, in the viewer's own time. */
function shortDate(iso: string): string {
  return new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' }).format(new Date(iso));
}
