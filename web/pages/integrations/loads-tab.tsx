import { Alert, Anchor, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TableState } from '../../../contract/account-api/sources.ts';
import { read } from '../../api/query.ts';
import { formatCount } from '../../components/counts.ts';
import { formatLocal } from '../../components/dates.ts';
import { Loaded } from '../../components/loaded.tsx';
import { StackedCell, StackedRow, StackedTable } from '../../components/stacked-table.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { useIntegration } from './integration-context.ts';

export function LoadsTab(): ReactNode {
  const { account } = useSession();
  const { integration } = useIntegration();
  const loads = useQuery({ ...read('listIntegrationLoads', { params: { source_id: integration.id } }), refetchInterval: 30_000 });
  return (
    <Loaded query={loads}>
      {({ tables }) =>
        tables.length === 0 ? (
          <Text size="sm">No table was loaded yet.</Text>
        ) : (
          <StackedTable label="Tables" columns={['Table', 'Max Replication Bookmark Value', 'Last Loaded', 'Rows Loaded']} endsInNumbers>
            {tables.map((table) => (
              <StackedRow key={table.table}>
                <StackedCell label="Table">
                  <Anchor component={Link} to={paths.tableLoads(account.id, integration.id, table.table)} size="sm" fw={600}>
                    {table.table}
                  </Anchor>
                  <TableTrouble table={table} />
                </StackedCell>
                <StackedCell label="Max Replication Bookmark Value">
                  <Bookmark table={table} />
                </StackedCell>
                <StackedCell label="Last Loaded">
                  {table.last_loaded_at === null ? 'Pending' : formatLocal(table.last_loaded_at)}
                </StackedCell>
                <StackedCell label="Rows Loaded">{formatCount(table.rows)}</StackedCell>
              </StackedRow>
            ))}
          </StackedTable>
        )
      }
    </Loaded>
  );
}

export function TableTrouble({ table }: { table: TableState }): ReactNode {
  const waiting = Object.entries(table.waiting_versions);
  return (
    <Stack gap={4}>
      {table.error !== null && (
        <Alert color="red" p="xs" title="Error" mt={4}>
          <Text size="sm">Rows wait until this is mended; none is lost.</Text>
          <Code block mt={4}>
            {table.error}
          </Code>
        </Alert>
      )}
      {waiting.map(([name, version]) => (
        <Text key={name} size="xs" c="dimmed">
          Version {version} of {name} waits for its activation.
        </Text>
      ))}
    </Stack>
  );
}

export function Bookmark({ table }: { table: Pick<TableState, 'bookmarks'> }): ReactNode {
  const entries = Object.entries(table.bookmarks);
  if (entries.length === 0) return <Text size="sm">Bookmark unavailable</Text>;
  return entries.map(([column, value]) => (
    <Text key={column} size="sm">
      <b>{column}</b>: {value}
    </Text>
  ));
}
