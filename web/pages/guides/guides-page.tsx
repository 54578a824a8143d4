import { Anchor, Divider, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Page } from '../../components/page.tsx';
import { paths } from '../../paths.ts';
import { GuideText } from './guide-text.tsx';
import { guides } from './guides.ts';

export function GuidesPage(): ReactNode {
  return (
    <Page title="Documentation" helper="How to do what this app is for.">
      <Stack gap={0} maw={760}>
        {[...guides].map(([name, { title, summary }]) => (
          <section key={name}>
            <Stack gap={4} py="md">
              <Anchor component={Link} to={paths.guide(name)} fw={600}>
                {title}
              </Anchor>
              <Text size="sm">
                <GuideText children={summary} />
              </Text>
            </Stack>
            <Divider />
          </section>
        ))}
        <Stack gap={4} py="md">
          <Anchor component={Link} to={paths.apiDocs('import')} fw={600}>
            API reference
          </Anchor>
          <Text size="sm">Every operation of the Import, Connect, Notifications and Account APIs, and their OpenAPI documents.</Text>
        </Stack>
      </Stack>
    </Page>
  );
}
