import { SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { read } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Tile } from '../../components/tile.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { TypeIcon } from '../integrations/type-icon.tsx';

/** What a destination can be. */
export function TypeGallery(): ReactNode {
  const { account } = useSession();
  const types = useQuery(read('listDestinationTypes', {}));
  return (
    <Page title="Add a destination" helper="Choose where rows are to be loaded.">
      <Loaded query={types}>
        {(all) => (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            {all.map(({ type, title }) => (
              <Tile key={type} to={paths.newDestination(account.id, type)}>
                <TypeIcon type={type} size={40} />
                <Text span fw={600}>
                  {title}
                </Text>
              </Tile>
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}
