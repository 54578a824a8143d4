import { Anchor, Group, Text, Tooltip } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { formatCount } from '../../components/counts.ts';
import { formatAgo, formatLocal } from '../../components/dates.ts';
import { StackedCell, StackedRow, StackedTable } from '../../components/stacked-table.tsx';
import { paths } from '../../paths.ts';
import { StatusSwitch } from './status-switch.tsx';
import { statusText } from './status-text.ts';
import { TypeIcon } from './type-icon.tsx';

/** Every integration whose name or schema holds the words looked for. */
export function IntegrationTable({
  accountId,
  integrations,
  search,
}: {
  accountId: number;
  integrations: readonly Integration[];
  search: string;
}): ReactNode {
  const [direction, setDirection] = useState<'ascending' | 'descending'>('ascending');
  const wanted = search.trim().toLowerCase();
  const shown = integrations
    .filter(({ display_name: title, name }) => `${title} ${name}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => (direction === 'ascending' ? 1 : -1) * a.display_name.localeCompare(b.display_name));
  const name = {
    label: 'Name',
    direction,
    onTurn: () => setDirection(direction === 'ascending' ? 'descending' : 'ascending'),
  };

  if (shown.length === 0) return <Text size="sm">No integration matches “{search.trim()}”.</Text>;
  return (
    <StackedTable label="Integrations" columns={['On', name, 'Status', 'Last Sync Completed', 'Rows This Billing Period']} endsInNumbers>
      {shown.map((integration) => (
        <StackedRow key={integration.id}>
          <StackedCell label="On">
            <StatusSwitch integration={integration} label={`${integration.display_name} is active`} />
          </StackedCell>
          <StackedCell label="Name">
            <Group gap="sm" wrap="nowrap">
              <TypeIcon type={integration.type} />
              <div>
                <Anchor component={Link} to={paths.integration(accountId, integration.id)} size="sm" fw={600}>
                  {integration.display_name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {integration.name}
                </Text>
              </div>
            </Group>
          </StackedCell>
          <StackedCell label="Status">
            {statusText(integration)}
            {integration.status_reason !== null && (
              <Text size="xs" c="dimmed">
                {integration.status_reason}
              </Text>
            )}
          </StackedCell>
          <StackedCell label="Last Sync Completed">
            <LastSync integration={integration} />
          </StackedCell>
          <StackedCell label="Rows This Billing Period">{formatCount(integration.rows_this_period)}</StackedCell>
        </StackedRow>
      ))}
    </StackedTable>
  );
}

/** For push: when rows were last loaded; empty while paused (web-app.md §8.1). */
function LastSync({ integration }: { integration: Integration }): ReactNode {
  const { status, last_loaded_at: at } = integration;
  if (status !== 'active') return null;
  if (at === null) return 'Pending';
  return (
    <Tooltip label={formatLocal(at)}>
      <span>{formatAgo(at)}</span>
    </Tooltip>
  );
}
