import { Anchor, Button, Divider, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { read } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { IntegrationTable } from './integration-table.tsx';
import { UsageStrip } from './usage-strip.tsx';

export function IntegrationsPage(): ReactNode {
  const { account } = useSession();
  const integrations = useQuery({ ...read('listIntegrations', {}), refetchInterval: 30_000 });
  const usage = useQuery(read('getUsage', {}));
  const [search, setSearch] = useState('');

  return (
    <Page title="Integrations">
      <Loaded query={integrations}>
        {(all) =>
          all.length === 0 ? (
            <NoIntegrations accountId={account.id} />
          ) : (
            <Stack gap="lg">
              <Loaded query={usage}>{(data) => <UsageStrip usage={data} accountId={account.id} />}</Loaded>
              <Divider />
              <Group justify="space-between">
                <TextInput
                  aria-label="Find an integration"
                  placeholder="Find an integration"
                  leftSection={<IconSearch size={16} />}
                  value={search}
                  onChange={(event) => setSearch(event.currentTarget.value)}
                />
                <AddButton accountId={account.id} variant="outline" />
              </Group>
              <IntegrationTable accountId={account.id} integrations={all} search={search} />
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function NoIntegrations({ accountId }: { accountId: number }): ReactNode {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="sm">
        <Text fw={600}>Nothing sends data here yet</Text>
        <Text size="sm" ta="center" maw={460}>
          An integration is one application or pipeline that sends records. It gets a schema of its own in your data warehouse and its own
          tokens.
        </Text>
        <AddButton accountId={accountId} variant="filled" />
        <Anchor component={Link} to={paths.guide('first-push')} size="sm">
          Read how the first push goes
        </Anchor>
      </Stack>
    </Paper>
  );
}

function AddButton({ accountId, variant }: { accountId: number; variant: 'filled' | 'outline' }): ReactNode {
  return (
    <Button component={Link} to={paths.addIntegration(accountId)} variant={variant}>
      Add Integration
    </Button>
  );
}
