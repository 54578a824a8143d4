import { Badge, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { Tile } from '../../components/tile.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { TypeIcon } from './type-icon.tsx';

interface Kind {
  readonly type: string;
  readonly title: string;
  readonly category: string;
}

/** What is to come; each becomes a tile that leads somewhere when it is there. */
const comingSoon: readonly Kind[] = [
  { type: 'postgres', title: 'PostgreSQL', category: 'Databases' },
  { type: 'mysql', title: 'MySQL', category: 'Databases' },
  { type: 'singer', title: 'Singer taps', category: 'Applications' },
];

export function GalleryPage(): ReactNode {
  const { account } = useSession();
  return (
    <Page title="Add an integration" helper="Choose where the data comes from.">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        <Tile to={paths.newImportApi(account.id)}>
          <Words type="import_api" title="Import API" category="Push" />
        </Tile>
        <Tile to={paths.newWebhook(account.id)}>
          <Words type="webhook" title="Incoming Webhooks" category="Push" />
        </Tile>
      </SimpleGrid>
      <Title order={2} size="h4">
        Not yet
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {comingSoon.map((kind) => (
          <Tile key={kind.type}>
            <Words {...kind} badge="Coming soon" />
          </Tile>
        ))}
      </SimpleGrid>
    </Page>
  );
}

function Words({ type, title, category, badge }: Kind & { badge?: string }): ReactNode {
  return (
    <>
      <TypeIcon type={type} size={40} />
      <span>
        <Text span fw={600} display="block">
          {title}
        </Text>
        <Text span size="sm" c="dimmed">
          {category}
        </Text>
      </span>
      {badge !== undefined && (
        <Badge variant="default" ml="auto" tt="none" fw={500} flex="none">
          {badge}
        </Badge>
      )}
    </>
  );
}
