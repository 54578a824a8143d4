import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';

/** The buttons at the end of a form: of equal width, below one another where there is no room. */
export function FormButtons({ children }: { children: ReactNode }): ReactNode {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="xs">
      {children}
    </SimpleGrid>
  );
}
