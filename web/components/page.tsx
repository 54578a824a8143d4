import { Container, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

/** One page: its title in the browser and as heading, what can be done with the whole of it at the right, and its content. */
export function Page({
  title,
  helper,
  actions,
  narrow = false,
  browserTitle = title,
  children,
}: {
  title: string;
  /** Where several pages share one heading. */
  browserTitle?: string;
  helper?: ReactNode;
  actions?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${browserTitle} - Thimble`;
  }, [browserTitle]);
  return (
    <Container size={narrow ? 'xs' : 'lg'} py="lg" px={{ base: 'sm', sm: 'md' }}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={1} size="h2">
              {title}
            </Title>
            {helper !== undefined && (
              <Text c="dimmed" component="div">
                {helper}
              </Text>
            )}
          </div>
          {actions}
        </Group>
        {children}
      </Stack>
    </Container>
  );
}
