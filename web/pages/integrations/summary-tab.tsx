import { Alert, Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { IntegrationSummary } from '../../../contract/account-api/sources.ts';
import { isWebhookType } from '../../../contract/webhook-types.ts';
import { read } from '../../api/query.ts';
import { formatBytes, formatCount } from '../../components/counts.ts';
import { formatAgo, formatLocal } from '../../components/dates.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Section } from '../../components/section.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { HeldNotice } from '../destinations/held-notice.tsx';
import { FigureCard } from './figure-card.tsx';
import { useIntegration } from './integration-context.ts';
import { pushWords } from './push-words.ts';
import { RowsOverTime } from './usage-strip.tsx';

export function SummaryTab(): ReactNode {
  const { integration } = useIntegration();
  const summary = useQuery({ ...read('summarizeIntegration', { params: { source_id: integration.id } }), refetchInterval: 30_000 });
  return <Loaded query={summary}>{(data) => <Summary summary={data} />}</Loaded>;
}

function Summary({ summary }: { summary: IntegrationSummary }): ReactNode {
  const { account } = useSession();
  const { integration, last_received_at: receivedAt, last_table: last } = summary;
  return (
    <Stack gap="lg">
      <State summary={summary} />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <FigureCard
          figure={receivedAt === null ? 'Never' : formatAgo(receivedAt)}
          caption="Last Rows Received"
          note={receivedAt === null ? undefined : formatLocal(receivedAt)}
        />
        <FigureCard
          figure={formatCount(summary.rows_today)}
          caption="Rows loaded to your warehouse today"
          note={summary.waiting_bytes === 0 ? 'since midnight UTC' : `${formatBytes(summary.waiting_bytes)} received and not yet loaded`}
        />
        <FigureCard
          figure={last === null ? 'None yet' : last.table}
          caption="Last table loaded"
          note={last === null ? undefined : formatAgo(last.at)}
        />
      </SimpleGrid>
      <Section title="Rows Loaded Over Time">
        <RowsOverTime rows={summary.rows_this_period} caption="Rows this billing period" days={summary.days}>
          <Text size="sm">
            That is {formatPercent(summary.percent_of_account)} of all rows of {account.company} in this period.
          </Text>
          <Anchor component={Link} to={paths.integration(account.id, integration.id, 'loads')} size="sm">
            Loads of this integration
          </Anchor>
        </RowsOverTime>
      </Section>
    </Stack>
  );
}

/** What stands between the sender and the warehouse, if anything. */
function State({ summary }: { summary: IntegrationSummary }): ReactNode {
  const { account } = useSession();
  const { integration } = summary;
  const { data: destinations } = useQuery(read('listDestinations', {}));
  const destination = destinations?.find(({ id }) => id === integration.destination_id);
  if (integration.status === 'held' && destination !== undefined && destination.held !== null) {
    return (
      <HeldNotice
        held={destination.held}
        takeOver={
          <Anchor component={Link} to={paths.destination(destination.id)} c="inherit" size="sm" underline="always">
            See {destination.display_name}, where you can take it over
          </Anchor>
        }
      />
    );
  }
  if (integration.status === 'held') {
    return (
      <Alert color="red" title="On hold">
        {integration.status_reason ?? 'Thimble stopped it.'} What is sent is kept and will be loaded once it goes on.
      </Alert>
    );
  }
  if (integration.status === 'paused') {
    return (
      <Alert color="yellow">
        It is paused: what is sent now is refused, and the sender is told so. What was accepted before still loads.
      </Alert>
    );
  }
  if (destination !== undefined && destination.check !== null && destination.check.error !== null) {
    return (
      <Alert color="red" title="Its destination does not work">
        What is sent is kept and will be loaded once {destination.display_name} can be reached again.{' '}
        <Anchor component={Link} to={paths.destination(destination.id)} inherit underline="always">
          See what it said.
        </Anchor>
      </Alert>
    );
  }
  if (integration.active_tokens === 0) {
    return (
      <Alert color="yellow">
        No {pushWords(integration.type).one} of it is enabled, so nothing can be sent.{' '}
        <Anchor component={Link} to={paths.integration(account.id, integration.id, 'settings')} inherit underline="always">
          Generate one in the settings.
        </Anchor>
      </Alert>
    );
  }
  if (summary.last_received_at !== null) return null;
  if (isWebhookType(integration.type)) {
    return <Alert color="verdigris">Nothing was received yet. Give its webhook URL to the service that is to send.</Alert>;
  }
  return (
    <Alert color="verdigris">
      Nothing was received yet.{' '}
      <Anchor component={Link} to={paths.guide('first-push')} inherit underline="always">
        The guide to the first push
      </Anchor>{' '}
      shows how to send the first rows.
    </Alert>
  );
}

function formatPercent(percent: number): string {
  if (percent > 0 && percent < 0.1) return 'less than 0.1 %';
  return `${percent.toFixed(percent >= 10 || percent === 0 ? 0 : 1)} %`;
}
