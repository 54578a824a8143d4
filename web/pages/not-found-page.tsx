import { Anchor, Container, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../paths.ts';

export function NotFoundPage(): ReactNode {
  return (
    <Container component="main" size="xs" py="xl">
      <Stack>
        <Title order={1}>There is no such page</Title>
        <Text>The address may be mistyped, or what it showed was removed.</Text>
        <Anchor component={Link} to={paths.home()}>
          Go to the integrations
        </Anchor>
      </Stack>
    </Container>
  );
}
