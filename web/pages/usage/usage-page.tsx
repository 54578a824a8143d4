import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Usage } from '../../../contract/account-api/account.ts';
import { plans } from '../../../contract/account-api/plans.ts';
import { read } from '../../api/query.ts';
import { formatCount } from '../../components/counts.ts';
import { DailyBars } from '../../components/daily-bars.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { StackedCell, StackedRow, StackedTable } from '../../components/stacked-table.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { FigureCard } from '../integrations/figure-card.tsx';

export function UsagePage(): ReactNode {
  const usage = useQuery({ ...read('getUsage', {}), refetchInterval: 60_000 });
  return (
    <Page title="Usage" helper="Rows loaded into your destinations. Days are UTC.">
      <Loaded query={usage}>{(data) => <Content usage={data} />}</Loaded>
    </Page>
  );
}

function Content({ usage: { period, days, sources } }: { usage: Usage }): ReactNode {
  const { account } = useSession();
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <FigureCard
          figure={formatCount(period.rows)}
          caption="Total rows loaded this billing period"
          note={`${longDay(period.from)} to ${longDay(period.to)}`}
        />
        <FigureCard
          figure={period.limit === null ? 'No limit' : formatCount(Math.max(0, period.limit - period.rows))}
          caption="Rows remaining"
          note={period.limit === null ? undefined : `of ${formatCount(period.limit)} rows. Loading goes on beyond them.`}
        />
        <FigureCard
          figure={plans[account.plan].title}
          caption="Plan"
          note={
            <Anchor component={Link} to={paths.settings(account.id, 'billing')} inherit>
              Billing
            </Anchor>
          }
        />
      </SimpleGrid>
      <Section title="Rows per day">
        <DailyBars days={days} label="Rows loaded per day" />
      </Section>
      <Section title="Rows by integration">
        {sources.length === 0 ? (
          <Text size="sm">No integration loaded rows in this period.</Text>
        ) : (
          <StackedTable label="Rows by integration" columns={['Integration', 'Rows', 'Share']} endsInNumbers>
            {sources.map(({ source_id: id, display_name: name, rows }) => (
              <StackedRow key={id}>
                <StackedCell label="Integration">
                  <Anchor component={Link} to={paths.integration(account.id, id)} size="sm">
                    {name}
                  </Anchor>
                </StackedCell>
                <StackedCell label="Rows">{formatCount(rows)}</StackedCell>
                <StackedCell label="Share">{period.rows === 0 ? '0' : Math.round((rows / period.rows) * 100)} %</StackedCell>
              </StackedRow>
            ))}
          </StackedTable>
        )}
      </Section>
    </Stack>
  );
}

function longDay(day: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
