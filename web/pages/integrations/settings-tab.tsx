import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { isWebhookType } from '../../../contract/webhook-types.ts';
import { call } from '../../api/client.ts';
import { read, useRefresh } from '../../api/query.ts';
import { Problem } from '../../components/problem.tsx';
import { Section } from '../../components/section.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { flash } from '../../shell/flash.tsx';
import { useSession } from '../../shell/session.tsx';
import { DeleteIntegration } from './delete-integration.tsx';
import { useIntegration } from './integration-context.ts';
import { SchemaSentence } from './schema-name.tsx';
import { TokensSection } from './tokens-section.tsx';

const none = 'none';

export function SettingsTab(): ReactNode {
  const { integration } = useIntegration();
  return (
    <Stack gap="lg">
      <NameAndDestination key={integration.id} integration={integration} />
      <TokensSection />
      <DeleteIntegration integration={integration} />
    </Stack>
  );
}

function NameAndDestination({ integration }: { integration: Integration }): ReactNode {
  const { account } = useSession();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const { data: destinations } = useQuery(read('listDestinations', {}));
  const [name, setName] = useState(integration.display_name);
  const before = String(integration.destination_id ?? none);
  const [destination, setDestination] = useState(before);
  const choices = [
    ...(destinations ?? []).map(({ id, display_name: label }) => ({ value: String(id), label })),
    { value: none, label: 'No Destination' },
  ];

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await call('updateIntegration', {
        params: { source_id: integration.id },
        body: {
          display_name: name.trim(),
          ...(destination === before ? {} : { destination_id: destination === none ? null : Number(destination) }),
        },
      });
      await refresh('listIntegrations', 'getIntegration', 'summarizeIntegration', 'listDestinations', 'getDestination');
      flash(`The settings of ${name.trim()} are updated.`);
    });
  }

  return (
    <Section title="Integration">
      <form onSubmit={submit}>
        <Stack maw={560}>
          <TextInput
            label="Integration Name"
            required
            maxLength={255}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <SchemaSentence name={integration.name} fixed />
          {isWebhookType(integration.type) && (
            <Text size="sm">
              {integration.primary_key === null ? (
                'It has no primary key: every record is a row of its own.'
              ) : (
                <>
                  Records are identified by their field <b>{integration.primary_key}</b>, for good.
                </>
              )}
            </Text>
          )}
          {destinations !== undefined && (
            <Select
              label="Target Destination"
              description="Without one, what is sent is kept and not loaded."
              data={choices}
              value={destination}
              allowDeselect={false}
              onChange={(value) => setDestination(value ?? none)}
            />
          )}
          <Problem error={error} />
          <Group>
            <Button variant="default" onClick={() => void navigate(paths.integration(account.id, integration.id))}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
              Update Settings
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
