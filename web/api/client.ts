import { createAccountClient, type AccountInput, type AccountReply } from '../../client/account-api.ts';
import type { AccountRouteName } from '../../contract/account-api/routes.ts';

const client = createAccountClient();

/** Calls a route of the Account API as the signed-in member. Throws `AccountApiError`. */
export function call<Name extends AccountRouteName>(name: Name, input: AccountInput<Name>): Promise<AccountReply<Name>> {
  return client.call(name, input);
}
