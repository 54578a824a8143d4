import type { AccountApiOptions, AccountHandlers } from './options.ts';

/** The handler of every route by the route's name. */
export function createHandlers(_options: AccountApiOptions): Partial<AccountHandlers> {
  return {};
}
