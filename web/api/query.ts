/** Reading: one query per route and input; the key is the route's name first, so that a change can name what it makes stale. */
import { queryOptions, useQueryClient, type UseQueryOptions } from '@tanstack/react-query';
import type { AccountInput, AccountReply } from '../../client/account-api.ts';
import type { AccountRouteName } from '../../contract/account-api/routes.ts';
import { call } from './client.ts';

/** Options for `useQuery` or `useSuspenseQuery`. Only routes that show no secret are read this way. */
export function read<Name extends AccountRouteName>(
  name: Name,
  input: AccountInput<Name>,
): UseQueryOptions<AccountReply<Name>> & { queryKey: readonly unknown[] } {
  return queryOptions({
    queryKey: [name, input],
    // `undefined` is no value of a query.
    queryFn: async () => (await call(name, input)) ?? (null as AccountReply<Name>),
  }) as never;
}

/** Makes what these routes answered stale, so that what is on screen is read again. */
export function useRefresh(): (...names: AccountRouteName[]) => Promise<void> {
  const client = useQueryClient();
  return async (...names) => {
    await Promise.all(names.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
}
