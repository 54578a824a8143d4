import { ThemeIcon } from '@mantine/core';
import { IconApi, IconDatabase, IconFileDatabase, IconWebhook, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

const icons: Readonly<Record<string, Icon>> = {
  import_api: IconApi,
  webhook: IconWebhook,
  postgres: IconDatabase,
  duckdb: IconFileDatabase,
};

/** The mark of a kind of integration or destination. */
export function TypeIcon({ type, size = 32 }: { type: string; size?: number }): ReactNode {
  const Shape = icons[type] ?? icons[type.replace(/\..*/, '')] ?? IconDatabase;
  return (
    <ThemeIcon variant="default" size={size} aria-hidden="true">
      <Shape size={Math.round(size * 0.62)} stroke={1.6} />
    </ThemeIcon>
  );
}
