import { Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { Section } from '../../components/section.tsx';
import { TypeToConfirm } from '../../components/type-to-confirm.tsx';
import { paths } from '../../paths.ts';
import { flash } from '../../shell/flash.tsx';
import { useSession } from '../../shell/session.tsx';
import { pushWords } from './push-words.ts';

export function DeleteIntegration({ integration }: { integration: Integration }): ReactNode {
  const { account } = useSession();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const client = useQueryClient();
  const { one } = pushWords(integration.type);
  const [isAsking, setAsking] = useState(false);

  async function remove(): Promise<void> {
    await call('deleteIntegration', { params: { source_id: integration.id } });
    flash(`${integration.display_name} is deleted.`);
    await navigate(paths.integrations(account.id));
    for (const name of ['getIntegration', 'summarizeIntegration', 'listImportTokens', 'listIntegrationLoads'])
      client.removeQueries({ queryKey: [name, { params: { source_id: integration.id } }] });
    await refresh('listIntegrations', 'getUsage', 'listDestinations');
  }

  return (
    <Section
      title="Delete Integration"
      helper={`Its ${one}s stop working at once and it takes no more data. What it loaded stays in your data warehouse. This cannot be undone.`}
      action={
        <Button color="red" variant="outline" onClick={() => setAsking(true)}>
          Delete Integration
        </Button>
      }
    >
      <TypeToConfirm
        opened={isAsking}
        title={`Delete ${integration.display_name}?`}
        label="Integration Name"
        expected={integration.display_name}
        action="Delete"
        onConfirm={remove}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          Every {one} of it stops working as soon as this is done. Tables of the schema {integration.name} stay in your data warehouse.
        </Text>
      </TypeToConfirm>
    </Section>
  );
}
