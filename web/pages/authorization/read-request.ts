import type { AuthorizationRequest } from '../../../contract/account-api/authorization.ts';

const names = ['client_id', 'redirect_uri', 'response_type', 'state', 'code_challenge', 'code_challenge_method'] as const;

/** What the address of the page asks; undefined where it names no partner or says a thing twice (RFC 6749 §3.1). Other parameters do not matter. */
export function readRequest(search: string): AuthorizationRequest | undefined {
  const parameters = new URLSearchParams(search);
  if (names.some((name) => parameters.getAll(name).length > 1)) return undefined;
  // An empty value is none (RFC 6749 §3.1).
  const { client_id: clientId, ...others } = Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = parameters.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
  return clientId === undefined ? undefined : { client_id: clientId, ...others };
}
