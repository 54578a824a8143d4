/** Rotating a key: its successor, shown once, and how long the old one goes on. */
import { Button, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { call } from '../../../api/client.ts';
import { createIdempotencyKey } from '../../../api/idempotency-key.ts';
import { read, useRefresh } from '../../../api/query.ts';
import { formatKeyDate } from '../../../components/dates.ts';
import { CredentialReachList } from '../../../components/credential-reach.tsx';
import { FormButtons } from '../../../components/form-buttons.tsx';
import { Page } from '../../../components/page.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { useAct } from '../../../components/use-act.ts';
import { useSecret } from '../../../components/use-secret.ts';
import { paths } from '../../../paths.ts';
import { useSession } from '../../../shell/session.tsx';
import { ShownKey } from './shown-key.tsx';

const graces = [
  { value: '86400', label: 'Keep it for a day' },
  { value: '3600', label: 'Keep it for an hour' },
  { value: '604800', label: 'Keep it for a week' },
  { value: '2592000', label: 'Keep it for 30 days' },
  { value: '0', label: 'End it at once' },
];

export function RotateApiKeyPage(): ReactNode {
  const { account } = useSession();
  const navigate = useNavigate();
  const keyId = Number(useParams()['keyId']);
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [idempotencyKey] = useState(createIdempotencyKey);
  const [grace, setGrace] = useState('86400');
  const [oldEnd, setOldEnd] = useState<string>();
  const [secret, setSecret] = useSecret<string>();
  const old = useQuery(read('getApiKey', { params: { key_id: keyId } }));
  const back = paths.settings(account.id, 'account');

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      const body = { grace_seconds: Number(grace) };
      const created = await fresh(() => call('rotateApiKey', { params: { key_id: keyId }, body, idempotencyKey }));
      setSecret(created.secret);
      const end = new Date(Date.parse(created.key.created_at) + Number(grace) * 1000).toISOString();
      setOldEnd(grace === '0' ? 'The old key has ended.' : `The old key works until ${formatKeyDate(end)}.`);
      await refresh('listApiKeys', 'listMembers');
    });
  }

  return (
    <Page title="Rotate Your API Access Key" narrow>
      {oldEnd !== undefined && (
        <ShownKey secret={secret} onClose={() => void navigate(back, { replace: true })}>
          <Text>{oldEnd} Give the new one to everything that uses it before then.</Text>
        </ShownKey>
      )}
      {oldEnd === undefined && <Problem error={old.error} />}
      {oldEnd === undefined && old.isPending && <Skeleton h={120} />}
      {oldEnd === undefined && old.data !== undefined && (
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">
              A new key takes the place of the one ending in <b>{old.data.last4}</b>
              {old.data.description === '' ? '' : ` (${old.data.description})`}. Both count until the old one is deleted.
            </Text>
            <CredentialReachList reach={old.data} />
            <NativeSelect label="The old key" data={graces} value={grace} onChange={({ currentTarget }) => setGrace(currentTarget.value)} />
            <Problem error={error} />
            <FormButtons>
              <Button component={Link} to={back} variant="default">
                Cancel
              </Button>
              <Button type="submit" loading={isBusy}>
                Rotate and Show Key
              </Button>
            </FormButtons>
          </Stack>
        </form>
      )}
    </Page>
  );
}
