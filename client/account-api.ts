/** Typed client of the Account API: one call per route of `contract/account-api`. */
import type { z } from 'zod';
import { accountApiRoutes, type AccountRouteName } from '../contract/account-api/routes.ts';
import type { AccountErrorBody } from '../contract/account-api/errors.ts';
import { ApiError } from './http.ts';

type Routes = typeof accountApiRoutes;
type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;
type ParamsOf<Name extends AccountRouteName> = { readonly [Key in PathNames<Routes[Name]['path']>]: number };
type BodyOf<Name extends AccountRouteName> = Routes[Name] extends { body: infer Schema extends z.ZodType } ? z.input<Schema> : never;
type QueryOf<Name extends AccountRouteName> = Routes[Name] extends { query: infer Schema extends z.ZodType } ? z.input<Schema> : never;

/** What a route takes: path parameters, query and body, each only where the route has them. */
export type AccountInput<Name extends AccountRouteName> = ([PathNames<Routes[Name]['path']>] extends [never]
  ? object
  : { readonly params: ParamsOf<Name> }) &
  ([BodyOf<Name>] extends [never] ? object : { readonly body: BodyOf<Name> }) &
  ([QueryOf<Name>] extends [never] ? object : { readonly query?: QueryOf<Name> }) & { readonly idempotencyKey?: string };

/** What a route answers; undefined where it answers nothing. */
export type AccountReply<Name extends AccountRouteName> = Routes[Name] extends { response: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** The Account API refused; `code` is one of contract/errors.ts. */
export class AccountApiError extends ApiError {
  readonly code: string;
  readonly reason: string;
  constructor(status: number, body: unknown, retryAfterS: number | undefined) {
    super(status, body, retryAfterS);
    const { error } = (typeof body === 'object' && body !== null ? body : {}) as Partial<AccountErrorBody>;
    this.code = error?.code ?? 'internal';
    this.reason = error?.message ?? 'The server gave no answer that can be read.';
  }
}

export interface AccountClient {
  /** Calls a route. Throws `AccountApiError`, or what `fetch` throws when there is no answer. */
  call<Name extends AccountRouteName>(name: Name, input: AccountInput<Name>): Promise<AccountReply<Name>>;
}

/** A client whose session is the browser's cookie, or that of the `fetch` it is given. */
export function createAccountClient({ baseUrl = '', send = fetch }: { baseUrl?: string; send?: typeof fetch } = {}): AccountClient {
  return {
    async call<Name extends AccountRouteName>(name: Name, input: AccountInput<Name>): Promise<AccountReply<Name>> {
      const { method, path } = accountApiRoutes[name];
      const { params = {}, query = {}, body, idempotencyKey } = input as Loose;
      const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, key: string) => String(params[key]));
      const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
      const response = await send(`${baseUrl}${filled}${search === '' ? '' : `?${search}`}`, {
        method,
        credentials: 'same-origin',
        redirect: 'error',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed: unknown = text === '' ? undefined : parseJson(text);
      if (!response.ok) {
        const retryAfter = Number(response.headers.get('retry-after') ?? 'NaN');
        throw new AccountApiError(response.status, parsed, Number.isFinite(retryAfter) ? retryAfter : undefined);
      }
      return parsed as AccountReply<Name>;
    },
  };
}

interface Loose {
  readonly params?: Readonly<Record<string, number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
