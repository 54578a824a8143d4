/** Takes a destination away: the only one by typing its name, one of several by typing DELETE (web-app.md §11). */
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Destination } from '../../../contract/account-api/destinations.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { read, useRefresh } from '../../api/query.ts';
import { countOf } from '../../components/counts.ts';
import { Section } from '../../components/section.tsx';
import { TypeToConfirm } from '../../components/type-to-confirm.tsx';
import { paths } from '../../paths.ts';
import { flash } from '../../shell/flash.tsx';
import { useSession } from '../../shell/session.tsx';

export function RemoveDestination({ destination }: { destination: Destination }): ReactNode {
  const { account } = useSession();
  const { data: all } = useQuery(read('listDestinations', {}));
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [isAsking, setAsking] = useState(false);
  const isOnly = (all?.length ?? 1) <= 1;
  const label = isOnly ? 'Remove Destination' : 'Delete Destination';
  const count = destination.sources.length;

  async function remove(): Promise<void> {
    await call('deleteDestination', { params: { destination_id: destination.id } });
    flash(`${destination.display_name} is removed.`);
    await navigate(paths.destinations(account.id), { replace: true });
    queryClient.removeQueries({ queryKey: ['getDestination', { params: { destination_id: destination.id } }] });
    await refresh('listDestinations', 'listIntegrations', 'getIntegration');
  }

  return (
    <Section
      title={label}
      helper="What was loaded stays where it is. Integrations that load into it are on hold until you give them another destination; what they receive meanwhile is kept."
      action={
        <Button color="red" variant="outline" disabled={all === undefined} onClick={() => setAsking(true)}>
          {label}
        </Button>
      }
    >
      <TypeToConfirm
        opened={isAsking}
        title={`${label}?`}
        label="Confirm Removal"
        expected={isOnly ? destination.display_name : 'DELETE'}
        action="Remove Destination"
        onConfirm={remove}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          {count === 0
            ? 'No integration loads into it.'
            : `${countOf(count, 'integration')} will be on hold until they get another destination.`}
        </Text>
      </TypeToConfirm>
    </Section>
  );
}
