/** The frame of every page before sign-in: the name of the product above one narrow card. */
import { Container, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

export function EntranceFrame({ title, children }: { title: string; children: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} - Thimble`;
  }, [title]);
  return (
    <Container component="main" size={440} py={{ base: 'lg', sm: 64 }} px="sm">
      <Stack gap="lg">
        <Group justify="center" gap="xs">
          <img src="/icon.svg" alt="" width={32} height={32} />
          <Text fw={700} size="xl">
            Thimble
          </Text>
        </Group>
        <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
      </Stack>
    </Container>
  );
}
