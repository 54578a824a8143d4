import { Anchor, Group, List, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { Destination } from '../../../contract/account-api/destinations.ts';
import { call } from '../../api/client.ts';
import { read, useRefresh } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { TypeIcon } from '../integrations/type-icon.tsx';
import { CheckProgress } from './check-progress.tsx';
import { DestinationForm, type DestinationInput } from './destination-form.tsx';
import { HeldNotice } from './held-notice.tsx';
import { RemoveDestination } from './remove-destination.tsx';
import { TakeOverButton, useTakeOver } from './take-over.tsx';

export function DestinationPage(): ReactNode {
  const { destinationId } = useParams();
  const destination = useQuery({
    ...read('getDestination', { params: { destination_id: Number(destinationId) } }),
    // While it is being checked the page follows; otherwise it looks now and then.
    refetchInterval: ({ state }) => (state.data?.check?.completed_at === null ? 1000 : 30_000),
  });
  return <Loaded query={destination}>{(data) => <Settings key={data.id} destination={data} />}</Loaded>;
}

function Settings({ destination }: { destination: Destination }): ReactNode {
  const { account } = useSession();
  const types = useQuery(read('listDestinationTypes', {}));
  const navigate = useNavigate();
  const refresh = useRefresh();
  const takeOver = useTakeOver(destination);
  const [isEntering, setEntering] = useState(false);
  // Whatever ended the hold, there is nothing left to take over.
  const isTakingOver = isEntering && destination.held !== null;

  async function save({ properties, ...rest }: DestinationInput): Promise<void> {
    const changed = Object.fromEntries(Object.entries(properties).filter(([name, value]) => destination.properties[name] !== value));
    if (isTakingOver) {
      await takeOver(changed);
      setEntering(false);
      return;
    }
    await call('updateDestination', {
      params: { destination_id: destination.id },
      body: { ...rest, ...(Object.keys(changed).length === 0 ? {} : { properties: changed }) },
    });
    await refresh('getDestination', 'listDestinations');
  }

  return (
    <Page title={destination.display_name} helper={<Kind destination={destination} />} narrow>
      {destination.held === null ? (
        <CheckProgress destination={destination} />
      ) : (
        <HeldNotice
          held={destination.held}
          takeOver={
            !isTakingOver && (
              <TakeOverButton
                destination={destination}
                onEnter={destination.kept_credentials.length === 0 ? undefined : () => setEntering(true)}
              />
            )
          }
        />
      )}
      <Loaded query={types}>
        {(all) => {
          const type = all.find((candidate) => candidate.type === destination.type);
          if (type === undefined) return <Text size="sm">This kind of destination cannot be changed here.</Text>;
          return (
            <Paper withBorder p="lg">
              <DestinationForm
                key={isTakingOver ? 'take-over' : 'settings'}
                type={type}
                existing={destination}
                isTakenOver={isTakingOver}
                // Without what the title says in brackets.
                action={isTakingOver ? 'Take over' : `Update ${type.title.replace(/ \(.*\)$/, '')} Settings`}
                onSave={save}
                onCancel={() => (isTakingOver ? setEntering(false) : void navigate(paths.destinations(account.id)))}
              />
            </Paper>
          );
        }}
      </Loaded>
      <Sources destination={destination} accountId={account.id} />
      <RemoveDestination destination={destination} />
    </Page>
  );
}

function Kind({ destination: { type, partner } }: { destination: Destination }): ReactNode {
  const { data } = useQuery(read('listDestinationTypes', {}));
  return (
    <Group gap="xs" component="span">
      <TypeIcon type={type} size={24} />
      {data?.find((candidate) => candidate.type === type)?.title ?? type}
      {partner !== null && `, created by ${partner}`}
    </Group>
  );
}

function Sources({ destination, accountId }: { destination: Destination; accountId: number }): ReactNode {
  return (
    <Section title="Connected Source Integrations">
      {destination.sources.length === 0 ? (
        <Text size="sm">No integration loads into it.</Text>
      ) : (
        <Stack>
          <List size="sm">
            {destination.sources.map(({ id, display_name: name }) => (
              <List.Item key={id}>
                <Anchor component={Link} to={paths.integration(accountId, id)} inherit>
                  {name}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
    </Section>
  );
}
