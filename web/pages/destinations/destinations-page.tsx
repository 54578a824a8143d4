/** Where data goes: the gallery of kinds when there is nothing yet, otherwise the list. */
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { plans } from '../../../contract/account-api/plans.ts';
import type { Destination } from '../../../contract/account-api/destinations.ts';
import { read } from '../../api/query.ts';
import { countOf } from '../../components/counts.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { StackedCell, StackedRow, StackedTable } from '../../components/stacked-table.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { TypeIcon } from '../integrations/type-icon.tsx';
import { destinationState } from './destination-state.ts';
import { TypeGallery } from './type-gallery.tsx';

export function DestinationsPage({ isAdding = false }: { isAdding?: boolean }): ReactNode {
  const { account } = useSession();
  const destinations = useQuery({ ...read('listDestinations', {}), refetchInterval: 15_000 });
  if (isAdding) return <TypeGallery />;
  return (
    <Loaded query={destinations}>
      {(all) => {
        if (all.length === 0) return <TypeGallery />;
        const limit = plans[account.plan].max_destinations;
        const isFull = limit !== null && all.length >= limit;
        return (
          <Page
            title={all.length === 1 ? 'Destination' : 'Destinations'}
            helper="Where the rows of your integrations are loaded."
            actions={
              isFull ? (
                <Text size="sm">The plan includes {countOf(limit, 'destination')}.</Text>
              ) : (
                <Button component={Link} to={paths.addDestination(account.id)} variant="outline">
                  Add Destination
                </Button>
              )
            }
          >
            <List destinations={all} />
          </Page>
        );
      }}
    </Loaded>
  );
}

function List({ destinations }: { destinations: readonly Destination[] }): ReactNode {
  return (
    <StackedTable label="Destinations" columns={['Name', 'Status', 'Connected Source Integrations']}>
      {destinations.map((destination) => (
        <StackedRow key={destination.id}>
          <StackedCell label="Name">
            <Group gap="sm" wrap="nowrap">
              <TypeIcon type={destination.type} />
              <div>
                <Anchor component={Link} to={paths.destination(destination.id)} size="sm" fw={600}>
                  {destination.display_name}
                </Anchor>
                {destination.description !== null && destination.description !== '' && (
                  <Text size="xs" c="dimmed">
                    {destination.description}
                  </Text>
                )}
              </div>
            </Group>
          </StackedCell>
          <StackedCell label="Status">
            {destinationState(destination)}
            {destination.held !== null && (
              <Text size="xs" c="dimmed">
                {destination.held.message}
              </Text>
            )}
          </StackedCell>
          <StackedCell label="Connected Source Integrations">
            {destination.sources.length === 0 ? 'None' : destination.sources.map(({ display_name: name }) => name).join(', ')}
          </StackedCell>
        </StackedRow>
      ))}
    </StackedTable>
  );
}
