/** Typed client of the Connect API: one call per route of `contract/connect-api`. */
import type { z } from 'zod';
import { connectApiRoutes } from '../contract/connect-api/routes.ts';
import { exchange } from './http.ts';

type Routes = typeof connectApiRoutes;
type RouteName = keyof Routes;
type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;
type ParamsOf<Name extends RouteName> = {
  readonly [Key in PathNames<Routes[Name]['path']>]: Key extends `${string}_id` ? number : string;
};
type BodyOf<Name extends RouteName> = Routes[Name] extends { body: infer Schema extends z.ZodType } ? z.input<Schema> : never;
type QueryOf<Name extends RouteName> = Routes[Name] extends { query: infer Schema extends z.ZodType } ? z.input<Schema> : never;

/** What a route takes: path parameters, query and body, each only where the route has them. */
type ConnectInput<Name extends RouteName> = ([PathNames<Routes[Name]['path']>] extends [never]
  ? object
  : { readonly params: ParamsOf<Name> }) &
  ([BodyOf<Name>] extends [never]
    ? object
    : undefined extends BodyOf<Name>
      ? { readonly body?: BodyOf<Name> }
      : { readonly body: BodyOf<Name> }) &
  ([QueryOf<Name>] extends [never] ? object : { readonly query?: QueryOf<Name> });

/** What a route answers. */
export type ConnectReply<Name extends RouteName> = z.output<Routes[Name]['response']>;

export interface ConnectClient {
  /** Calls a route. Throws `ApiError`, also for an error in a 200 (connect-api.md §8.2), or what `fetch` throws when there is no answer. */
  call<Name extends RouteName>(name: Name, input: ConnectInput<Name>): Promise<ConnectReply<Name>>;
}

/** A client that acts with one API access key. */
export function createConnectClient({ baseUrl, apiKey }: { baseUrl: URL; apiKey: string }): ConnectClient {
  return {
    async call<Name extends RouteName>(name: Name, input: ConnectInput<Name>): Promise<ConnectReply<Name>> {
      const { method, path } = connectApiRoutes[name];
      const { params = {}, query = {}, body } = input as Loose;
      const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, key: string) => encodeURIComponent(String(params[key])));
      const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
      const reply = await exchange({
        baseUrl,
        token: apiKey,
        method,
        path: `${filled}${search === '' ? '' : `?${search}`}`,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirects: 'redirects' in connectApiRoutes[name],
      });
      return reply as ConnectReply<Name>;
    },
  };
}

interface Loose {
  readonly params?: Readonly<Record<string, number | string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
