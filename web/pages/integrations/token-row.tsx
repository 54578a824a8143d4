import { Badge, Button, Group, Menu, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ImportToken } from '../../../contract/account-api/sources.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { formatAgo, formatTokenDate } from '../../components/dates.ts';
import { describeProblem } from '../../components/problem.tsx';
import { RowMenu } from '../../components/row-menu.tsx';
import { MenuCell, StackedCell, StackedRow } from '../../components/stacked-table.tsx';
import { useAct } from '../../components/use-act.ts';
import { flash } from '../../shell/flash.tsx';
import { useIntegration } from './integration-context.ts';
import { pushWords } from './push-words.ts';

export function TokenRow({ token, onRevoke }: { token: ImportToken; onRevoke: () => void }): ReactNode {
  const { integration } = useIntegration();
  const { one } = pushWords(integration.type);
  const refresh = useRefresh();
  const { run } = useAct();
  const params = { source_id: integration.id, token_id: token.id };
  const created = formatTokenDate(token.created_at);
  const isEnabled = token.state === 'enabled';

  async function turn(): Promise<void> {
    try {
      await call(isEnabled ? 'disableImportToken' : 'enableImportToken', { params });
      await refresh('listImportTokens', 'getIntegration', 'listIntegrations', 'summarizeIntegration');
    } catch (error) {
      flash(`The ${one} was not changed. ${describeProblem(error)}`, 'warning');
    }
  }

  return (
    <StackedRow>
      <StackedCell label="Date Created">
        {created}
        <Text size="xs" c="dimmed">
          by {token.created_by}, ends in {token.last4}
        </Text>
      </StackedCell>
      <StackedCell label="Status">
        <Group gap={6}>
          {isEnabled ? 'Enabled' : 'Disabled'}
          {token.unused && (
            <Badge variant="default" tt="none" fw={500}>
              Not used for 90 days
            </Badge>
          )}
        </Group>
        {token.expires_at !== null && (
          <Text size="xs" c={token.expired ? 'red.8' : 'dimmed'}>
            {token.expired ? 'Expired' : 'Expires'} {formatTokenDate(token.expires_at)}
          </Text>
        )}
      </StackedCell>
      <StackedCell label="Last used">
        <Uses token={token} />
      </StackedCell>
      <MenuCell isWide>
        <Group gap={4} wrap="nowrap">
          <Button variant="outline" color="red" size="compact-sm" aria-label={`Revoke the ${one} of ${created}`} onClick={onRevoke}>
            Revoke
          </Button>
          <RowMenu label={`More for the ${one} of ${created}`}>
            <Menu.Item onClick={() => run(turn)}>{isEnabled ? `Disable this ${one}` : `Re-enable this ${one}`}</Menu.Item>
          </RowMenu>
        </Group>
      </MenuCell>
    </StackedRow>
  );
}

function Uses({ token: { last_used: used, last_denied: denied } }: { token: ImportToken }): ReactNode {
  return (
    <>
      {used === null ? 'Never' : formatAgo(used.at)}
      {used !== null && (
        <Text size="xs" c="dimmed">
          {used.agent === '' ? 'a client without a name' : used.agent} from {used.address}
        </Text>
      )}
      {denied !== null && (
        <Text size="xs" c="dimmed">
          Refused {formatAgo(denied.at)}: {denied.reason}
        </Text>
      )}
    </>
  );
}
