import { Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { call } from '../../api/client.ts';
import { read, useRefresh } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Missing } from '../../components/missing.tsx';
import { Page } from '../../components/page.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { DestinationForm, type DestinationInput } from './destination-form.tsx';

export function NewDestinationPage(): ReactNode {
  const { account } = useSession();
  const { type: wanted } = useParams();
  const types = useQuery(read('listDestinationTypes', {}));
  const navigate = useNavigate();
  const refresh = useRefresh();

  async function save(type: string, input: DestinationInput): Promise<void> {
    const { id } = await call('createDestination', { body: { type, ...input } });
    await refresh('listDestinations', 'listIntegrations');
    await navigate(paths.destination(id), { replace: true });
  }

  return (
    <Loaded query={types}>
      {(all) => {
        const type = all.find((candidate) => candidate.type === wanted);
        if (type === undefined) return <Missing />;
        return (
          <Page title={`Configure your ${type.title} destination`} narrow>
            <Paper withBorder p="lg">
              <DestinationForm
                type={type}
                action="Check and Save"
                onSave={(input) => save(type.type, input)}
                onCancel={() => void navigate(paths.destinations(account.id))}
              />
            </Paper>
          </Page>
        );
      }}
    </Loaded>
  );
}
