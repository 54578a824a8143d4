import { Center, Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from './problem.tsx';

/** What a read gives: a sign of waiting, the failure, or the content. What was read before stays on screen while it is read again. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) {
    return (
      <Center mih={160}>
        <Loader size="sm" aria-label="Loading" />
      </Center>
    );
  }
  return <Problem error={query.error} />;
}
