import { Center, Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AccountApiError } from '../../client/account-api.ts';
import { Missing } from './missing.tsx';
import { Problem } from './problem.tsx';

/** What a read gives: a sign of waiting, that it is not there, the failure, or the content. What was read before stays on screen while it is read again. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) {
    return (
      <Center mih={160}>
        <Loader size="sm" aria-label="Loading" />
      </Center>
    );
  }
  if (query.error instanceof AccountApiError && query.error.status === 404) return <Missing />;
  return <Problem error={query.error} />;
}
