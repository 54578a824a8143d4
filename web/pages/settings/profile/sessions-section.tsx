/** Where the member is signed in. */
import { Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ListedSession } from '../../../../contract/account-api/session.ts';
import { call } from '../../../api/client.ts';
import { read, useRefresh } from '../../../api/query.ts';
import { formatAgo, formatLocal } from '../../../components/dates.ts';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { MenuCell, StackedCell, StackedRow, StackedTable } from '../../../components/stacked-table.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';
import { describeAgent } from './describe-agent.ts';

export function SessionsSection(): ReactNode {
  const refresh = useRefresh();
  const { data, error } = useQuery(read('listSessions', {}));
  const act = useAct();
  const others = data?.filter(({ current }) => !current) ?? [];

  function endOthers(): void {
    act.run(async () => {
      await call('endOtherSessions', {});
      await refresh('listSessions');
      flash('You are signed out everywhere else.');
    });
  }

  function end(session: ListedSession): void {
    act.run(async () => {
      await call('endSession', { params: { session_id: session.id } });
      await refresh('listSessions');
      flash('The session has ended.');
    });
  }

  return (
    <Section
      title="Sessions"
      helper="Where you are signed in now."
      {...(others.length > 0 && {
        action: (
          <Button variant="outline" disabled={act.isBusy} onClick={endOthers}>
            End All Other Sessions
          </Button>
        ),
      })}
    >
      <Problem error={error ?? act.error} />
      {data === undefined && error === null && <Skeleton h={60} />}
      {data !== undefined && (
        <StackedTable label="Sessions" columns={['Client', 'Address', 'Signed in', 'Last seen']} hasMenu>
          {data.map((session) => (
            <StackedRow key={session.id}>
              <StackedCell label="Client">
                <Text size="sm" title={session.agent}>
                  {describeAgent(session.agent)}
                </Text>
                {session.current && (
                  <Text size="xs" c="dimmed">
                    This session
                  </Text>
                )}
              </StackedCell>
              <StackedCell label="Address">
                <Text size="sm">{session.address}</Text>
              </StackedCell>
              <StackedCell label="Signed in">
                <Text size="sm">{formatLocal(session.created_at)}</Text>
              </StackedCell>
              <StackedCell label="Last seen">
                <Text size="sm">{formatAgo(session.last_seen_at)}</Text>
              </StackedCell>
              <MenuCell>
                {!session.current && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={act.isBusy}
                    aria-label={`End the session of ${describeAgent(session.agent)} from ${session.address}`}
                    onClick={() => end(session)}
                  >
                    End
                  </Button>
                )}
              </MenuCell>
            </StackedRow>
          ))}
        </StackedTable>
      )}
    </Section>
  );
}
