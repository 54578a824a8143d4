/** What a question about a credential says: who used it in the last 30 days, and what it made. */
import { List, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CredentialReach } from '../../contract/account-api/common.ts';
import { formatAgo } from './dates.ts';

const kinds = {
  api_key: 'API access key',
  source: 'Integration',
  import_token: 'Import API token',
  webhook_url: 'Webhook URL',
  destination: 'Destination',
  hook: 'Post-load hook to',
  custom_email: 'Notification address',
} as const;

export function CredentialReachList({ reach }: { reach: CredentialReach | undefined }): ReactNode {
  if (reach === undefined) return <Skeleton h={60} role="status" aria-label="Looking up who used it" />;
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>
          Used in the last 30 days
        </Text>
        {reach.recent_uses.length === 0 ? (
          <Text size="sm">By nobody.</Text>
        ) : (
          <List size="sm">
            {reach.recent_uses.map(({ address, agent, uses, last_at: lastAt }) => (
              <List.Item key={`${address} ${agent}`}>
                {agent === '' ? 'A client without a name' : agent} from {address}: {uses === 1 ? 'once' : `${uses} times`}, last{' '}
                {formatAgo(lastAt)}
              </List.Item>
            ))}
          </List>
        )}
      </div>
      {reach.created.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            Made with it, and still there
          </Text>
          <List size="sm">
            {reach.created.map(({ kind, id, name, live }) => (
              <List.Item key={`${kind} ${id}`}>
                {kinds[kind]} {name}
                {live ? '' : ' (not in use)'}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}
