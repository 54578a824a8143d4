/** The window that the page of a partner opens, and the one flow it asked for. */
import { Box, Button, Center, Group, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Navigate } from 'react-router';
import { Page } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { paths } from '../../paths.ts';
import { AddSource } from './add-source.tsx';
import { ChangeSource } from './change-source.tsx';
import { useEntry } from './use-entry.ts';
import { useOpener, type OpenedBy } from './use-opener.ts';

export function JsClientPage(): ReactNode {
  const opened = useOpener();
  const entry = useEntry(opened);
  if (window.opener === null) {
    return (
      <Frame>
        <Notice title="Nothing to do here">An application opens this window and says what it needs. Go back to it and begin there.</Notice>
      </Frame>
    );
  }
  if (opened === undefined || entry.state === 'waiting') {
    return (
      <Frame>
        <Center mih={240}>
          <Loader aria-label="Loading" />
        </Center>
      </Frame>
    );
  }
  switch (entry.state) {
    case 'out':
      // The way back loads this page anew in the same window, and it asks its opener again.
      return <Navigate to={paths.signIn()} replace state={{ from: paths.jsClient() }} />;
    case 'refused':
      return (
        <Frame opened={opened}>
          <Notice title="The way in did not work" onClose={() => window.close()}>
            The application sent a token that is used up, expired or withdrawn. Close this window and begin again there.
          </Notice>
        </Frame>
      );
    case 'failed':
      return (
        <Frame opened={opened}>
          <Problem error={entry.error} />
        </Frame>
      );
    case 'in':
      return (
        <Frame opened={opened} company={entry.session.account.company}>
          <Flow opened={opened} accountId={entry.session.account.id} />
        </Frame>
      );
  }
}

function Flow({ opened, accountId }: { opened: OpenedBy; accountId: number }): ReactNode {
  const { context, tell } = opened;
  const { target } = context;
  switch (target.kind) {
    case 'add':
      return <AddSource type={target.type} accountId={accountId} tell={tell} />;
    case 'edit':
    case 'authorize':
      return <ChangeSource id={target.id} only={target.kind === 'authorize' ? 'credentials' : undefined} tell={tell} />;
    case 'unavailable':
      return (
        <Notice title="Not in this version" onClose={() => tell('integrationFormClose')}>
          The application asked for a page that this version of Thimble does not have
          {target.name === '' ? '' : ` (${target.name.slice(0, 100)})`}. Nothing was changed.
        </Notice>
      );
  }
}

/** Whose account this is and who opened the window, so that nobody types into the account of somebody else unnoticed. */
function Frame({ opened, company, children }: { opened?: OpenedBy; company?: string; children: ReactNode }): ReactNode {
  return (
    <>
      {opened !== undefined && (
        <Box component="header" px="md" py="xs" style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
          <Group gap="xs">
            {!opened.context.hidesNav && <img src="/icon.svg" alt="Thimble" width={24} height={24} />}
            <Text size="sm">
              {company !== undefined && (
                <>
                  Account <b>{company}</b> on Thimble,{' '}
                </>
              )}
              opened by <b>{opened.origin === 'null' ? 'a page without an address' : opened.origin}</b>
            </Text>
          </Group>
        </Box>
      )}
      <main id="main">{children}</main>
    </>
  );
}

function Notice({ title, children, onClose }: { title: string; children: ReactNode; onClose?: () => void }): ReactNode {
  return (
    <Page title={title} narrow>
      <Text size="sm">{children}</Text>
      {onClose !== undefined && (
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      )}
    </Page>
  );
}
