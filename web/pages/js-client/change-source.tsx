import { Button, Group, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import type { AccountReply } from '../../../client/account-api.ts';
import { AccountApiError } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { read } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { SourceForm, type SourceInput } from './source-form.tsx';
import type { Tell } from './use-opener.ts';

type IntegrationForm = AccountReply<'getIntegrationForm'>;

/** The settings of an integration, or its credentials only. */
export function ChangeSource({ id, only, tell }: { id: number; only: 'credentials' | undefined; tell: Tell }): ReactNode {
  const query = useQuery({ ...read('getIntegrationForm', { params: { source_id: id } }), enabled: id !== 0, refetchOnWindowFocus: false });
  const isMissing = id === 0 || (query.error instanceof AccountApiError && query.error.status === 404);
  useEffect(() => {
    if (isMissing) tell('errorLoadingConnection', { id });
  }, [isMissing, id, tell]);
  if (isMissing) {
    return (
      <Page title="There is no such integration" narrow>
        <Text size="sm">The application asked for one that this account does not have. Close this window and go back to it.</Text>
        <Button variant="default" onClick={() => window.close()}>
          Close
        </Button>
      </Page>
    );
  }
  return <Loaded query={query}>{(form) => <Change key={form.integration.id} form={form} only={only} tell={tell} />}</Loaded>;
}

function Change({ form, only, tell }: { form: IntegrationForm; only: 'credentials' | undefined; tell: Tell }): ReactNode {
  const { integration } = form;
  const { id, type, display_name: name } = integration;
  const cancel = (): void => tell('integrationFormClose');
  const fields = only === undefined ? form.fields : form.fields.filter(({ credential }) => credential);

  async function save({ displayName, properties }: SourceInput): Promise<void> {
    const body = { ...(only === undefined ? { display_name: displayName } : {}), properties };
    try {
      await call('updateIntegration', { params: { source_id: id }, body });
    } catch (error) {
      // What was typed can be corrected; anything else ends it.
      const isTyping =
        error instanceof AccountApiError && ['invalid_properties', 'invalid_display_name', 'invalid_body'].includes(error.code);
      if (only !== undefined && !isTyping) tell('authorizeFailure');
      throw error;
    }
    tell('connectionUpdated', { type, id });
    complete();
  }

  function complete(): void {
    if (only !== undefined) tell('authorizeSuccess', { type, id });
    tell('integrationFlowCompleted', { type, id });
  }

  if (only !== undefined && fields.length === 0) {
    return (
      <Page title={`${name} needs no authorization`} narrow>
        <Text size="sm">It is used without credentials of another service.</Text>
        <Group>
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button onClick={complete}>Continue</Button>
        </Group>
      </Page>
    );
  }
  return (
    <Page title={only === undefined ? `Settings of ${name}` : `Authorize ${name}`} helper={form.title} narrow>
      <Paper withBorder p="lg">
        <SourceForm
          form={{ ...form, fields }}
          existing={{ ...form, displayName: name }}
          asksName={only === undefined}
          action={only === undefined ? 'Update Settings' : 'Authorize'}
          onCancel={cancel}
          onSave={save}
        />
      </Paper>
    </Page>
  );
}
