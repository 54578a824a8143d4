import { QueryClient } from '@tanstack/react-query';
import { AccountApiError } from '../../client/account-api.ts';

/** What was read, by route and input (query.ts). */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (count, error) => !(error instanceof AccountApiError && error.status < 500) && count < 2,
    },
    // A reply may hold a secret: nothing of it stays behind.
    mutations: { gcTime: 0, retry: false },
  },
});
