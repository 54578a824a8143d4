import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One large figure with what it means. */
export function FigureCard({ figure, caption, note }: { figure: ReactNode; caption: string; note?: ReactNode }): ReactNode {
  return (
    <Paper withBorder p="md">
      <Text fz={26} fw={650} lh={1.2} style={{ overflowWrap: 'anywhere' }}>
        {figure}
      </Text>
      <Text size="sm">{caption}</Text>
      {note !== undefined && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
