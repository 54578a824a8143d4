/** Keys deleted in the last ten minutes, each with its way back. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { ApiKey } from '../../../../contract/account-api/api-keys.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { Problem } from '../../../components/problem.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';

export function DeletedApiKeys({ keys, isFull }: { keys: readonly ApiKey[]; isFull: boolean }): ReactNode {
  const now = useNow();
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const restorable = keys.flatMap((key) => {
    const minutes = key.restorable_until === null ? 0 : Math.ceil((Date.parse(key.restorable_until) - now) / 60_000);
    return minutes > 0 ? [{ ...key, minutes }] : [];
  });

  function restore({ id, last4 }: ApiKey): void {
    run(async () => {
      await call('restoreApiKey', { params: { key_id: id } });
      await refresh('listApiKeys');
      flash(`The key ending in ${last4} is back, and disabled. Re-enable it to use it.`);
    });
  }

  if (restorable.length === 0) return null;
  return (
    <Alert role="note" color="gray" title="Just deleted">
      {restorable.map((key) => (
        <Group key={key.id} justify="space-between" mih={36}>
          <Text size="sm">
            {key.last4}
            {key.description === '' ? '' : ` (${key.description})`}: can be brought back, as disabled, for another{' '}
            {key.minutes === 1 ? 'minute' : `${key.minutes} minutes`}.
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            disabled={isBusy || isFull}
            aria-label={`Bring back the key ending in ${key.last4}`}
            onClick={() => restore(key)}
          >
            Bring back
          </Button>
        </Group>
      ))}
      <Problem error={error} />
    </Alert>
  );
}

/** The time, anew every ten seconds, so that what ran out goes. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
