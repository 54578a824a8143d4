import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ImportToken } from '../../../contract/account-api/sources.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { formatTokenDate } from '../../components/dates.ts';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { flash } from '../../shell/flash.tsx';
import { useIntegration } from './integration-context.ts';
import { pushWords } from './push-words.ts';

/** Tokens that were revoked less than ten minutes ago and may be brought back into a free slot. */
export function RevokedTokens({ tokens, slots }: { tokens: readonly ImportToken[]; slots: number }): ReactNode {
  const { integration } = useIntegration();
  const { one } = pushWords(integration.type);
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();

  async function restore(id: number): Promise<void> {
    await call('restoreImportToken', { params: { source_id: integration.id, token_id: id } });
    await refresh('listImportTokens', 'getIntegration', 'listIntegrations', 'summarizeIntegration');
    flash(`The ${one} is back, disabled. Re-enable it in its menu.`);
  }

  const restorable = tokens.filter(
    ({ state, restorable_until: until }) => state === 'deleted' && until !== null && Date.parse(until) > Date.now(),
  );
  return (
    <>
      {restorable.map(({ id, created_at: at, restorable_until: until }) => (
        <Alert key={id} color="gray" p="sm">
          <Group justify="space-between">
            <Text size="sm">
              The {one} of {formatTokenDate(at)} was revoked. Until {until === null ? '' : clock(until)} it can be brought back, disabled
              {slots > 0 ? '.' : ', once a slot is free.'}
            </Text>
            <Button variant="default" size="compact-sm" loading={isBusy} disabled={slots === 0} onClick={() => run(() => restore(id))}>
              Bring back
            </Button>
          </Group>
        </Alert>
      ))}
      <Problem error={error} />
    </>
  );
}

function clock(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(new Date(iso));
}
