/** Rows of the billing period, of the account or one integration: total and limit at the left, bars per day at the right (web-app.md §5.3). */
import { Anchor, Grid, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Usage } from '../../../contract/account-api/account.ts';
import { formatCount } from '../../components/counts.ts';
import { DailyBars } from '../../components/daily-bars.tsx';
import { paths } from '../../paths.ts';

export function UsageStrip({ usage, accountId }: { usage: Usage; accountId: number }): ReactNode {
  const { rows, limit } = usage.period;
  return (
    <RowsOverTime rows={rows} caption="Total rows loaded this billing period" days={usage.days}>
      {limit === null ? (
        <Text size="sm">The plan has no limit of rows.</Text>
      ) : (
        <>
          <Progress value={Math.min(100, (rows / limit) * 100)} aria-label={`Rows used of ${formatCount(limit)}`} />
          <Text size="sm">of {formatCount(limit)} rows the plan includes.</Text>
        </>
      )}
      <Anchor component={Link} to={paths.usage(accountId)} size="sm">
        Usage by integration
      </Anchor>
    </RowsOverTime>
  );
}

export function RowsOverTime({
  rows,
  caption,
  days,
  children,
}: {
  rows: number;
  caption: string;
  days: Usage['days'];
  children?: ReactNode;
}): ReactNode {
  return (
    <Grid gap="lg" align="center">
      <Grid.Col span={{ base: 12, sm: 4 }}>
        <Stack gap="xs">
          <div>
            <Text fz={34} fw={650} lh={1.1}>
              {formatCount(rows)}
            </Text>
            <Text size="sm">{caption}</Text>
          </div>
          {children}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 8 }}>
        <DailyBars days={days} label={`${caption}, by day`} />
      </Grid.Col>
    </Grid>
  );
}
