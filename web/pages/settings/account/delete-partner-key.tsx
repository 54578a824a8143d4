import { Checkbox, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { PartnerKey } from '../../../../contract/account-api/partner-keys.ts';
import { call } from '../../../api/client.ts';
import { read, useRefresh } from '../../../api/query.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { CredentialReachList } from '../../../components/credential-reach.tsx';
import { Problem } from '../../../components/problem.tsx';
import { flash } from '../../../shell/flash.tsx';

export function DeletePartnerKey({
  partnerKey: { id, partner },
  opened,
  onClose,
}: {
  partnerKey: PartnerKey;
  opened: boolean;
  onClose: () => void;
}): ReactNode {
  const refresh = useRefresh();
  const reach = useQuery({ ...read('getPartnerKey', { params: { key_id: id } }), enabled: opened, staleTime: 0 });
  const [isCompromised, setCompromised] = useState(false);

  async function remove(): Promise<void> {
    await call('deletePartnerKey', { params: { key_id: id }, body: { compromised: isCompromised } });
    flash(`The key of ${partner} was deleted.`);
    await refresh('listPartnerKeys', 'listIntegrations', 'listImportTokens');
  }

  return (
    <Confirm opened={opened} title="Delete this key?" action="Delete" onConfirm={remove} onClose={onClose}>
      <Text size="sm">
        <b>{partner}</b> can no longer act for your account. Only from its own application, by signing in and agreeing again, can it get
        access back.
      </Text>
      <Problem error={reach.error} />
      {reach.error === null && <CredentialReachList reach={reach.data} />}
      <Checkbox
        label="It was compromised"
        description="Somebody else knows it: what it made is disabled too."
        checked={isCompromised}
        onChange={({ currentTarget }) => setCompromised(currentTarget.checked)}
      />
    </Confirm>
  );
}
