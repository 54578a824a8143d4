import { Box, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A named part of a page: heading, a line of help, content, and its button at the bottom left (web-app.md §14). */
export function Section({
  title,
  badge,
  helper,
  children,
  action,
}: {
  title: string;
  badge?: ReactNode;
  helper?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id}>
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {badge}
        </Group>
        {helper !== undefined && (
          <Text size="sm" c="dimmed" component="div">
            {helper}
          </Text>
        )}
        {children}
        {action !== undefined && <Group>{action}</Group>}
      </Stack>
      <Divider mt="lg" />
    </Box>
  );
}
