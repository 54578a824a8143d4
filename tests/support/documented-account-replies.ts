/** Holds replies of the Account API against its contract: the body of a success, the code of an error. */
import { accountErrorBody, accountStatuses, commonAccountErrors } from '../../contract/account-api/errors.ts';
import type { AccountRoute } from '../../contract/account-api/route.ts';
import { accountApiRoutes } from '../../contract/account-api/routes.ts';
import type { ErrorCode } from '../../contract/errors.ts';

const routes: readonly (AccountRoute & { readonly pattern: RegExp })[] = Object.values(accountApiRoutes).map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '\\d+')}$`),
}));

/** Throws unless the contract has this reply. `path` is whole, with its query; `text` the body. */
export function assertDocumented(method: string, path: string, status: number, text: string): void {
  const pathname = path.replace(/\?.*$/s, '');
  const route = routes.find((one) => one.method === method && one.pattern.test(pathname));
  if (route === undefined) throw new Error(`The contract has no ${method} ${pathname}.`);
  if (status >= 400) {
    const { code } = accountErrorBody.parse(JSON.parse(text)).error;
    const known: readonly string[] = [...route.errors, ...commonAccountErrors];
    if (!known.includes(code)) throw new Error(`${method} ${route.path} does not list ${code}.`);
    if (accountStatuses[code as ErrorCode] !== status) throw new Error(`${code} answered with ${status}.`);
  } else if (route.response === undefined) {
    if (status !== 204 || text !== '') throw new Error(`${method} ${route.path} answers nothing, yet it sent ${status} ${text}.`);
  } else {
    route.response.parse(JSON.parse(text));
  }
}
