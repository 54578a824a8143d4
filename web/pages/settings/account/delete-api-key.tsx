/** The question before a key is deleted: what used it, what it made, and whether somebody else knows it. */
import { Checkbox, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ApiKey } from '../../../../contract/account-api/api-keys.ts';
import { call } from '../../../api/client.ts';
import { read, useRefresh } from '../../../api/query.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { CredentialReachList } from '../../../components/credential-reach.tsx';
import { Problem } from '../../../components/problem.tsx';
import { flash } from '../../../shell/flash.tsx';

export function DeleteApiKey({ apiKey, opened, onClose }: { apiKey: ApiKey; opened: boolean; onClose: () => void }): ReactNode {
  const { id, last4, description } = apiKey;
  const refresh = useRefresh();
  const reach = useQuery({ ...read('getApiKey', { params: { key_id: id } }), enabled: opened, staleTime: 0 });
  const [isCompromised, setCompromised] = useState(false);

  async function remove(): Promise<void> {
    await call('deleteApiKey', { params: { key_id: id }, body: { compromised: isCompromised } });
    flash(`The key ending in ${last4} was deleted.${isCompromised ? ' What it made was disabled.' : ''}`);
    await refresh('listApiKeys', 'listMembers', 'listIntegrations', 'listImportTokens');
  }

  return (
    <Confirm opened={opened} title="Delete this key?" action="Delete" onConfirm={remove} onClose={onClose}>
      <Text size="sm">
        The key ending in <b>{last4}</b>
        {description === '' ? '' : ` (${description})`} stops working at once. For ten minutes it can be brought back; after that it is
        gone.
      </Text>
      <Problem error={reach.error} />
      {reach.error === null && <CredentialReachList reach={reach.data} />}
      <Checkbox
        label="It was compromised"
        description="Somebody else knows it: what it made is disabled too, and it cannot be brought back."
        checked={isCompromised}
        onChange={({ currentTarget }) => setCompromised(currentTarget.checked)}
      />
    </Confirm>
  );
}
