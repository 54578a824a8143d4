import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { Load } from '../../../contract/account-api/sources.ts';
import { read } from '../../api/query.ts';
import { countOf, formatCount } from '../../components/counts.ts';
import { formatLocal } from '../../components/dates.ts';
import { Loaded } from '../../components/loaded.tsx';
import { StackedCell, StackedRow, StackedTable } from '../../components/stacked-table.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { useIntegration } from './integration-context.ts';
import { Bookmark, TableTrouble } from './loads-tab.tsx';

export function TableLoadsTab(): ReactNode {
  const { account } = useSession();
  const { integration } = useIntegration();
  const { table = '' } = useParams();
  const query = useQuery({
    ...read('listIntegrationLoads', { params: { source_id: integration.id }, query: { table } }),
    refetchInterval: 30_000,
  });
  return (
    <Stack>
      <Anchor component={Link} to={paths.integration(account.id, integration.id, 'loads')} size="sm">
        All tables
      </Anchor>
      <Title order={2} size="h4">
        Loading Reports by Table: {table}
      </Title>
      <Loaded query={query}>
        {({ tables, loads }) => {
          const state = tables.find((candidate) => candidate.table === table);
          return (
            <Stack>
              {state !== undefined && <TableTrouble table={state} />}
              {state !== undefined && <Bookmark table={state} />}
              {loads.length === 0 ? <Text size="sm">No load of this table is on record.</Text> : <Loads loads={loads} />}
            </Stack>
          );
        }}
      </Loaded>
    </Stack>
  );
}

function Loads({ loads }: { loads: readonly Load[] }): ReactNode {
  return (
    <StackedTable label="Loads" columns={['Time Completed', 'Status', 'Took', 'Rows Loaded']} endsInNumbers>
      {loads.map((load) => (
        <StackedRow key={load.load_id}>
          <StackedCell label="Time Completed">{formatLocal(load.finished_at)}</StackedCell>
          <StackedCell label="Status">
            Success
            <Details load={load} />
          </StackedCell>
          <StackedCell label="Took">{took(load)}</StackedCell>
          <StackedCell label="Rows Loaded">
            {Object.entries(load.loaded).map(([name, rows]) => (
              <Text key={name} size="sm">
                {name === load.table ? formatCount(rows) : `${name}: ${formatCount(rows)}`}
              </Text>
            ))}
          </StackedCell>
        </StackedRow>
      ))}
    </StackedTable>
  );
}

/** Where received records went that are no row of their own. */
function Details({ load }: { load: Load }): ReactNode {
  const parts = [
    countOf(load.received, 'record') + ' received',
    ...(load.superseded === 0 ? [] : [`${formatCount(load.superseded)} replaced by later ones`]),
    ...(load.rejected === 0 ? [] : [`${formatCount(load.rejected)} rejected, see _sdc_rejected`]),
  ];
  return (
    <Text size="xs" c="dimmed">
      {parts.join(', ')}
    </Text>
  );
}

function took({ started_at: from, finished_at: to }: Load): string {
  const ms = new Date(to).getTime() - new Date(from).getTime();
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
