import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../paths.ts';
import { Page } from './page.tsx';

/** In the place of a page that shows something which is not there. */
export function Missing(): ReactNode {
  return (
    <Page title="There is no such page" narrow>
      <Text>The address may be mistyped, or what it showed was removed.</Text>
      <Anchor component={Link} to={paths.home()}>
        Go to the integrations
      </Anchor>
    </Page>
  );
}
