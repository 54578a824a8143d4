import { Button, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { AccountApiError } from '../../../client/account-api.ts';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { isPushType } from '../../../contract/webhook-types.ts';
import { call } from '../../api/client.ts';
import { read } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { useSecret } from '../../components/use-secret.ts';
import { createPush } from '../integrations/create-push.ts';
import { GeneratedToken } from '../integrations/generated-token.tsx';
import { PushForm, type PushFormInput } from '../integrations/push-form.tsx';
import { pushWords } from '../integrations/push-words.ts';
import { SourceForm } from './source-form.tsx';
import type { Tell } from './use-opener.ts';

/** Makes an integration of the type the opener named. */
export function AddSource({ type, accountId, tell }: { type: string; accountId: number; tell: Tell }): ReactNode {
  const form = useQuery({ ...read('describeIntegrationType', { body: { type } }), enabled: type !== '' });
  const isUnknown = type === '' || (form.error instanceof AccountApiError && ['invalid_type', 'invalid_body'].includes(form.error.code));
  const [created, setCreated] = useState<Integration>();
  const [secret, setSecret] = useSecret<string>();
  useEffect(() => {
    if (isUnknown) tell('errorLoadingIntegrationType');
  }, [isUnknown, tell]);

  function noteCreated(integration: Integration): void {
    setCreated(integration);
    tell('connectionCreated', { type: integration.type, id: integration.id });
  }

  async function create(input: PushFormInput): Promise<void> {
    const made = await createPush(type, input);
    setSecret(made.secret);
    noteCreated(made.integration);
  }

  const cancel = (): void => tell('integrationFormClose');
  if (created !== undefined) {
    const finish = (): void => {
      setSecret(undefined);
      tell('integrationFlowCompleted', { type: created.type, id: created.id });
    };
    if (secret !== undefined) return <GeneratedToken type={created.type} secret={secret} accountId={accountId} onClose={finish} />;
    return <Created integration={created} onClose={finish} />;
  }
  if (isUnknown) {
    return (
      <Page title="This kind of integration does not exist here" narrow>
        <Text size="sm">The application asked for one that cannot be made in this account. Close this window and go back to it.</Text>
        <Button variant="default" onClick={() => window.close()}>
          Close
        </Button>
      </Page>
    );
  }
  if (isPushType(type)) return <PushForm type={type} onSave={create} onCancel={cancel} />;
  return (
    <Loaded query={form}>
      {(described) => (
        <Page title={`Configure your ${described.title} integration`} narrow>
          <Paper withBorder p="lg">
            <SourceForm
              form={described}
              action="Save"
              onCancel={cancel}
              onSave={async ({ displayName, properties }) =>
                noteCreated(await call('createIntegration', { body: { type, display_name: displayName, properties } }))
              }
            />
          </Paper>
        </Page>
      )}
    </Loaded>
  );
}

function Created({ integration, onClose }: { integration: Integration; onClose: () => void }): ReactNode {
  return (
    <Page title={`${integration.display_name} is saved`} narrow>
      <Text size="sm">
        {isPushType(integration.type)
          ? `Its ${pushWords(integration.type).one} was not shown. Generate one in the settings of the integration.`
          : 'Choosing its tables is not part of this version; everything else about it can be changed later.'}
      </Text>
      <Button onClick={onClose}>Finish</Button>
    </Page>
  );
}
