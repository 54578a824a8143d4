/** Makes a destination that a partner created the account's own: its credentials are entered again, where its kind has any. */
import { Button, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Destination } from '../../../contract/account-api/destinations.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { Confirm } from '../../components/confirm.tsx';
import { flash } from '../../shell/flash.tsx';

/** Takes over with these properties, and says so. */
export function useTakeOver({ id, display_name: name }: Destination): (properties: Record<string, string>) => Promise<void> {
  const refresh = useRefresh();
  return async (properties) => {
    await call('takeOverDestination', { params: { destination_id: id }, body: { properties } });
    flash(`${name} is your own now.`);
    await refresh(
      'getDestination',
      'listDestinations',
      'listIntegrations',
      'getIntegration',
      'summarizeIntegration',
      'listNotifications',
      'getSession',
    );
  };
}

/** Where there are no credentials to enter, a word is enough. */
export function TakeOverButton({ destination, onEnter }: { destination: Destination; onEnter: (() => void) | undefined }): ReactNode {
  const takeOver = useTakeOver(destination);
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" onClick={onEnter ?? (() => setAsking(true))}>
        Take over this destination
      </Button>
      <Confirm
        opened={isAsking}
        title="Take over this destination?"
        action="Take over"
        color="verdigris"
        onConfirm={() => takeOver({})}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          It stays as it is, with what was loaded, and what is held is loaded. {destination.partner} has no part in it any more; its key
          does not change.
        </Text>
      </Confirm>
    </>
  );
}
