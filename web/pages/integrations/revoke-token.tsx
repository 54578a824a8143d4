import { Checkbox, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ImportToken } from '../../../contract/account-api/sources.ts';
import { call } from '../../api/client.ts';
import { read, useRefresh } from '../../api/query.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CredentialReachList } from '../../components/credential-reach.tsx';
import { formatTokenDate } from '../../components/dates.ts';
import { flash } from '../../shell/flash.tsx';
import { useIntegration } from './integration-context.ts';
import { pushWords } from './push-words.ts';

/** Asks before a token is revoked, and shows who used it. */
export function RevokeToken({ token, onClose }: { token: ImportToken | undefined; onClose: () => void }): ReactNode {
  const { integration } = useIntegration();
  const { one } = pushWords(integration.type);
  const refresh = useRefresh();
  const [isCompromised, setCompromised] = useState(false);
  const { data: reach } = useQuery({
    ...read('getImportToken', { params: { source_id: integration.id, token_id: token?.id ?? 0 } }),
    enabled: token !== undefined,
    staleTime: 0,
  });

  async function revoke(): Promise<void> {
    if (token === undefined) return;
    await call('revokeImportToken', { params: { source_id: integration.id, token_id: token.id }, body: { compromised: isCompromised } });
    await refresh('listImportTokens', 'getIntegration', 'listIntegrations', 'summarizeIntegration');
    flash(`The ${one} is revoked. Nothing can be sent with it any more.`);
  }

  function close(): void {
    setCompromised(false);
    onClose();
  }

  return (
    <Confirm opened={token !== undefined} title={`Revoke this ${one}?`} action="Revoke" onConfirm={revoke} onClose={close}>
      <Text size="sm">
        The {one} of {token === undefined ? '' : formatTokenDate(token.created_at)} stops working at once. What is sent with it afterwards
        is refused and must be sent again with another {one}.
      </Text>
      <CredentialReachList reach={reach} />
      <Checkbox
        label="It was compromised"
        description="Somebody else may know it: it cannot be brought back."
        checked={isCompromised}
        onChange={(event) => setCompromised(event.currentTarget.checked)}
      />
    </Confirm>
  );
}
