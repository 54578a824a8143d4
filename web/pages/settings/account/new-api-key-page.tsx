/** Configure Your API Access Key: the form, then the key, once, on the same page (web-app.md §2.1). */
import { Button, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { plans } from '../../../../contract/account-api/plans.ts';
import { call } from '../../../api/client.ts';
import { createIdempotencyKey } from '../../../api/idempotency-key.ts';
import { useRefresh } from '../../../api/query.ts';
import { FormButtons } from '../../../components/form-buttons.tsx';
import { Page } from '../../../components/page.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { useAct } from '../../../components/use-act.ts';
import { useSecret } from '../../../components/use-secret.ts';
import { paths } from '../../../paths.ts';
import { useSession } from '../../../shell/session.tsx';
import { PlanNotice } from './plan-notice.tsx';
import { ShownKey } from './shown-key.tsx';

export function NewApiKeyPage(): ReactNode {
  const { account } = useSession();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [idempotencyKey] = useState(createIdempotencyKey);
  const [description, setDescription] = useState('');
  const [lastDay, setLastDay] = useState('');
  const [wasMade, setWasMade] = useState(false);
  const [secret, setSecret] = useSecret<string>();
  const back = paths.settings(account.id, 'account');

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      const body = { description, expires_at: lastDay === '' ? null : `${lastDay}T23:59:59.000Z` };
      const created = await fresh(() => call('createApiKey', { body, idempotencyKey }));
      setSecret(created.secret);
      setWasMade(true);
      await refresh('listApiKeys', 'listMembers');
    });
  }

  return (
    <Page title="Configure Your API Access Key" narrow>
      {wasMade && <ShownKey secret={secret} onClose={() => void navigate(back, { replace: true })} />}
      {!wasMade && !plans[account.plan].api_access && <PlanNotice keys={[]} />}
      {!wasMade && (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label="Key Description"
              description="What will use the key, so that your team knows it later."
              autoComplete="off"
              autoFocus
              maxLength={200}
              value={description}
              onChange={({ currentTarget }) => setDescription(currentTarget.value)}
            />
            <TextInput
              label="Last Day (optional)"
              description="The key stops working at the end of that day (UTC). Without one it never expires."
              type="date"
              min={new Date().toISOString().slice(0, 10)}
              value={lastDay}
              onChange={({ currentTarget }) => setLastDay(currentTarget.value)}
            />
            <Problem error={error} />
            <FormButtons>
              <Button component={Link} to={back} variant="default">
                Cancel
              </Button>
              <Button type="submit" loading={isBusy} disabled={!plans[account.plan].api_access}>
                Save and Generate Key
              </Button>
            </FormButtons>
          </Stack>
        </form>
      )}
    </Page>
  );
}
