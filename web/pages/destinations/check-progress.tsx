/** The check of a connection: under way, good, or what went wrong. */
import { Alert, Code, Group, Loader, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Destination } from '../../../contract/account-api/destinations.ts';
import { formatAgo } from '../../components/dates.ts';
import classes from './check-progress.module.css';

export function CheckProgress({ destination }: { destination: Destination }): ReactNode {
  const { check, configured } = destination;
  return (
    <div aria-live="polite" className={classes.outcome}>
      {configured && check !== null && <Outcome check={check} />}
    </div>
  );
}

function Outcome({ check }: { check: NonNullable<Destination['check']> }): ReactNode {
  if (check.completed_at === null) {
    return (
      <Alert color="gray" title="Testing Your Connection">
        <Group gap="sm">
          <Loader size="sm" type="dots" />
          <Text size="sm">This may take a minute. You may leave the page.</Text>
        </Group>
      </Alert>
    );
  }
  if (check.error !== null) {
    return (
      <Alert color="red" title="The connection does not work">
        <Text size="sm">Rows wait until it does; none is lost. What the destination said {formatAgo(check.completed_at)}:</Text>
        <Code block mt="xs">
          {check.error}
        </Code>
      </Alert>
    );
  }
  return (
    <Alert color="green" icon={<IconCircleCheck size={20} />} title="Success!">
      The connection works, as of {formatAgo(check.completed_at)}.
    </Alert>
  );
}
