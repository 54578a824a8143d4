/** One integration: its head and its tabs. */
import { Container, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useId, useRef, type ReactNode } from 'react';
import { NavLink, Outlet, useLocation, useParams } from 'react-router';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { read } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { useSecret } from '../../components/use-secret.ts';
import { paths, type IntegrationTab } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import type { IntegrationContext } from './integration-context.ts';
import classes from './integration-page.module.css';
import { StatusSwitch } from './status-switch.tsx';
import { statusText } from './status-text.ts';
import { TypeIcon } from './type-icon.tsx';

export function IntegrationPage(): ReactNode {
  const { sourceId } = useParams();
  const id = Number(sourceId);
  const query = useQuery({ ...read('getIntegration', { params: { source_id: id } }), refetchInterval: 30_000 });
  return <Loaded query={query}>{(integration) => <IntegrationFrame key={id} integration={integration} />}</Loaded>;
}

/** Holds the secret of a token made in the settings for as long as its page is shown: whichever way that is left, it is gone. */
function IntegrationFrame({ integration }: { integration: Integration }): ReactNode {
  const { pathname } = useLocation();
  const [secret, setSecret] = useSecret<string>();
  const isTokenPage = pathname.endsWith('/generate-token');
  const wasTokenPage = useRef(isTokenPage);
  useEffect(() => {
    if (wasTokenPage.current && !isTokenPage) setSecret(undefined);
    wasTokenPage.current = isTokenPage;
    if (!isTokenPage) document.title = 'Thimble - Connection Details';
  }, [isTokenPage, setSecret]);

  const context: IntegrationContext = { integration, secret, setSecret };
  const content = (
    <Suspense>
      <Outlet context={context} />
    </Suspense>
  );
  if (isTokenPage) return content;
  return (
    <Container size="lg" py="lg" px={{ base: 'sm', sm: 'md' }}>
      <Stack gap="lg">
        <Head integration={integration} />
        <Tabs integrationId={integration.id} />
        {content}
      </Stack>
    </Container>
  );
}

function Head({ integration }: { integration: Integration }): ReactNode {
  const labelId = useId();
  return (
    <Group justify="space-between">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <TypeIcon type={integration.type} size={44} />
        <div className={classes.names}>
          <Title order={1} size="h2">
            {integration.display_name}
          </Title>
          <Text size="sm" c="dimmed">
            Schema Name: {integration.name}
          </Text>
        </div>
      </Group>
      <Group gap="xs">
        <Text size="sm" id={labelId}>
          Integration is
        </Text>
        <StatusSwitch integration={integration} labelledBy={labelId} />
        <Text size="sm" fw={600} miw={52} aria-live="polite">
          {statusText(integration)}
        </Text>
      </Group>
    </Group>
  );
}

const tabs: readonly (readonly [IntegrationTab, string])[] = [
  ['summary', 'Summary'],
  ['loads', 'Loads'],
  ['settings', 'Settings'],
];

function Tabs({ integrationId }: { integrationId: number }): ReactNode {
  const { account } = useSession();
  return (
    <nav aria-label="Integration" className={classes.tabs}>
      {tabs.map(([tab, label]) => (
        <NavLink
          key={tab}
          to={paths.integration(account.id, integrationId, tab)}
          className={({ isActive }) => `${classes.tab} ${isActive ? classes.active : ''}`}
        >
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
