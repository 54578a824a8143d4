/** The Account API as a member's browser calls it: with the cookie it was given, from the app's own origin. */
import { createAccountClient, type AccountClient } from '../../client/account-api.ts';

export interface MemberClient extends AccountClient {
  /** `name=value` of the session cookie; undefined before signing in. */
  readonly cookie: string | undefined;
  /** Every reply so far, headers and body, for the search for secrets. */
  readonly replies: string[];
}

export interface MemberClientOptions {
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string | undefined;
}

export function createMemberClient(url: URL, { headers = {}, cookie: given }: MemberClientOptions = {}): MemberClient {
  let cookie = given;
  const replies: string[] = [];
  const client = createAccountClient({
    baseUrl: url.origin,
    send: async (target, init) => {
      const own = { origin: url.origin, ...(cookie === undefined ? {} : { cookie }), ...headers };
      const reply = await fetch(target, { ...init, headers: { ...(init?.headers as Record<string, string>), ...own } });
      for (const line of reply.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        cookie = pair.endsWith('=') ? undefined : pair;
      }
      replies.push(`${reply.status} ${JSON.stringify([...reply.headers])} ${await reply.clone().text()}`);
      return reply;
    },
  });
  return {
    call: (name, input) => client.call(name, input),
    get cookie() {
      return cookie;
    },
    replies,
  };
}

/** A client that has signed in. */
export async function signIn(
  url: URL,
  person: { email: string; password: string },
  options: MemberClientOptions = {},
): Promise<MemberClient> {
  const client = createMemberClient(url, options);
  await client.call('signIn', { body: { email: person.email, password: person.password } });
  return client;
}
