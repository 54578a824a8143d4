import { Anchor, Button, Divider, Group, List, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { AuthorizationRequest } from '../../../contract/account-api/authorization.ts';
import type { AccountReply } from '../../../client/account-api.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { read } from '../../api/query.ts';
import { FormButtons } from '../../components/form-buttons.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Problem } from '../../components/problem.tsx';
import { useFresh } from '../../components/reauthentication.tsx';
import { useAct } from '../../components/use-act.ts';
import { useSession } from '../../shell/session.tsx';
import { EntranceFrame } from '../entrance/entrance-frame.tsx';
import { FormerAccess } from './former-access.tsx';

const terms = [
  { value: '', label: 'Until somebody here takes it away' },
  { value: '30', label: 'For 30 days' },
  { value: '90', label: 'For 90 days' },
  { value: '365', label: 'For a year' },
];

/** The question, in the words of what follows from the answer. */
export function Consent({
  request,
  described: { partner, returns_to: returnsTo },
}: {
  request: AuthorizationRequest;
  described: AccountReply<'describeAuthorization'>;
}): ReactNode {
  const { account, member } = useSession();
  const standing = useQuery({ ...read('getStanding', { body: request }), staleTime: 0 });
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [days, setDays] = useState('');

  function answer(accepted: boolean): void {
    run(async () => {
      const { redirect_to: address } = accepted
        ? await fresh(() => call('acceptAuthorization', { body: { ...request, expires_in_days: days === '' ? null : Number(days) } }))
        : await call('rejectAuthorization', { body: request });
      location.replace(address);
      // The page goes; until then its buttons stay busy.
      await new Promise(() => undefined);
    });
  }

  async function signOut(): Promise<void> {
    await call('signOut', {});
    queryClient.clear();
    location.reload();
  }

  return (
    <EntranceFrame title={`Connect ${partner.name}`}>
      <Group wrap="nowrap" align="flex-start">
        {partner.logo !== null && <img src={partner.logo} alt="" width={48} height={48} style={{ objectFit: 'contain' }} />}
        <Text size="sm">
          <b>{partner.name}</b> asks for access to the account <b>{account.company}</b>.
        </Text>
      </Group>
      <Loaded query={standing}>{({ standing: former }) => <FormerAccess partner={partner.name} former={former} />}</Loaded>
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          It could
        </Text>
        <List size="sm">
          <List.Item>see, create, change and delete integrations and destinations</List.Item>
          <List.Item>choose what is replicated, start and stop jobs, read load reports</List.Item>
          <List.Item>make and revoke Import API tokens, and change who is notified</List.Item>
        </List>
        <Text size="sm" fw={600} mt="xs">
          It could not
        </Text>
        <List size="sm">
          <List.Item>make API access keys, invite people, change roles, passwords or the plan</List.Item>
          <List.Item>see a password or a token that was stored before</List.Item>
        </List>
      </Stack>
      <Select
        label="For how long"
        data={terms}
        value={days}
        allowDeselect={false}
        onChange={(value) => setDays(value ?? '')}
        comboboxProps={{ withinPortal: false }}
      />
      <Text size="sm" c="dimmed">
        Any member can take the access away at any time, in Account Settings under Partner keys. You go back to {returnsTo}.
      </Text>
      <Problem error={error} />
      <FormButtons>
        <Button variant="default" disabled={isBusy} onClick={() => answer(false)}>
          Reject
        </Button>
        <Button loading={isBusy} onClick={() => answer(true)}>
          Accept
        </Button>
      </FormButtons>
      <Divider />
      <Text size="sm" c="dimmed">
        You are signed in as {member.email}.{' '}
        <Anchor component="button" type="button" size="sm" onClick={() => void signOut()}>
          Use another account
        </Anchor>
      </Text>
    </EntranceFrame>
  );
}
