/** That nothing is loaded into a destination because the partner that created it may not act: since when, and what ends it (web-app.md §2.2). */
import { Alert, Anchor, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Destination } from '../../../contract/account-api/destinations.ts';
import { formatLocal } from '../../components/dates.ts';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';

type Held = NonNullable<Destination['held']>;

export function HeldNotice({
  held,
  takeOver,
}: {
  held: Held;
  /** How a member makes the destination the account's own: a button, or the way to it. */
  takeOver: ReactNode;
}): ReactNode {
  return (
    <Alert color="yellow" title="Loads into this destination are held">
      <Stack gap="xs">
        <Text size="sm">
          {held.message} Since {formatLocal(held.since)} nothing is loaded; what arrives is kept, and loads at once when the hold ends. To
          end it:
        </Text>
        <List size="sm">
          <List.Item>
            <Remedy held={held} />
          </List.Item>
          <List.Item>or make the destination your own: from then on {held.partner} has no part in it.</List.Item>
        </List>
        <div>{takeOver}</div>
      </Stack>
    </Alert>
  );
}

function Remedy({ held: { reason, partner } }: { held: Held }): ReactNode {
  const { account } = useSession();
  switch (reason) {
    case 'key_disabled':
      return (
        <>
          <Anchor component={Link} to={paths.settings(account.id, 'account')} c="inherit" inherit underline="always">
            Enable the key of {partner} again
          </Anchor>{' '}
          in the account settings,
        </>
      );
    case 'key_deleted':
    case 'key_expired':
      return <>authorize {partner} again, from its own application,</>;
    case 'partner_suspended':
      return <>ask who runs this server about {partner},</>;
    case 'partner_removed':
      return <>wait until who runs this server admits {partner} again,</>;
  }
}
