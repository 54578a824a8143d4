import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { read } from '../../api/query.ts';
import { paths } from '../../paths.ts';
import { EntranceFrame } from './entrance-frame.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { toOwnPath } from './own-path.ts';

export function SignInPage(): ReactNode {
  const { state } = useLocation() as { state: { from?: unknown; said?: unknown } | null };
  const session = useQuery({ ...read('getSession', {}), retry: false, staleTime: 0 });
  const { data: entrance } = useQuery(read('getEntrance', {}));
  if (session.isSuccess && !session.isFetching) return <Navigate to={toOwnPath(state?.from)} replace />;
  if (entrance?.needs_setup === true) return <Navigate to={paths.setup()} replace />;
  return (
    <EntranceFrame title="Sign in">
      {typeof state?.said === 'string' && (
        <Text size="sm" role="status">
          {state.said}
        </Text>
      )}
      <SignInForm />
      <Group justify="space-between">
        <Anchor component={Link} to={paths.forgot()} size="sm">
          Forgot?
        </Anchor>
        {entrance?.sign_up === 'open' && (
          <Anchor component={Link} to={paths.signUp()} state={state} size="sm">
            Open an account
          </Anchor>
        )}
      </Group>
    </EntranceFrame>
  );
}
