/** Creates an Import API or a webhook integration and shows its first token or URL (web-app.md §6.1, §6.4). */
import { Alert, Anchor } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { useRefresh } from '../../api/query.ts';
import { Page } from '../../components/page.tsx';
import { useSecret } from '../../components/use-secret.ts';
import { paths } from '../../paths.ts';
import { flash } from '../../shell/flash.tsx';
import { useSession } from '../../shell/session.tsx';
import { createPush } from './create-push.ts';
import { GeneratedToken } from './generated-token.tsx';
import { PushForm, type PushFormInput } from './push-form.tsx';
import { pushWords } from './push-words.ts';

export function NewPushPage({ type }: { type: 'import_api' | 'webhook.incoming-webhook' }): ReactNode {
  const words = pushWords(type);
  const { account } = useSession();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [created, setCreated] = useState<Integration>();
  const [secret, setSecret] = useSecret<string>();

  async function create(input: PushFormInput): Promise<void> {
    const made = await createPush(type, input);
    setSecret(made.secret);
    setCreated(made.integration);
    await refresh('listIntegrations');
  }

  if (created === undefined)
    return <PushForm type={type} onSave={create} onCancel={() => void navigate(paths.addIntegration(account.id))} />;
  const settings = paths.integration(account.id, created.id, 'settings');
  if (secret === undefined) {
    return (
      <Page title={`The integration has no ${words.one} yet`} narrow>
        <Alert color="yellow">
          {created.display_name} was created, but its {words.one} was not shown. Open its settings and generate one under {words.title};
          revoke a {words.one} there that nobody copied.
        </Alert>
        <Anchor component={Link} to={settings}>
          Go to the settings of {created.display_name}
        </Anchor>
      </Page>
    );
  }
  return (
    <GeneratedToken
      type={type}
      secret={secret}
      accountId={account.id}
      onClose={() => {
        setSecret(undefined);
        flash(`${created.display_name} is ready to receive data.`);
        void navigate(paths.integration(account.id, created.id), { replace: true });
      }}
    />
  );
}
