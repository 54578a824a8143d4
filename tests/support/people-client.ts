/** A browser without a screen: keeps the session cookie and sends what a page of the app would send. */
import { expect } from 'vitest';

interface PeopleReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests look into bodies of every route
  readonly body: any;
}

export interface PeopleClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<PeopleReply>;
  /** The same, expected to succeed; its body. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  ok(method: string, path: string, body?: unknown): Promise<any>;
  /** The cookie header it would send. */
  cookie(): string | undefined;
}

/** A browser at one origin; `origin` is that of its pages, where a proxy is in between. */
export function createPeopleClient(url: URL, origin: string = url.origin): PeopleClient {
  let cookie: string | undefined;
  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<PeopleReply> {
    const response = await fetch(new URL(`/account/v1${path}`, url), {
      method,
      headers: {
        origin,
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      cookie = pair.endsWith('=') ? undefined : pair;
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
  }
  return {
    call,
    async ok(method, path, body) {
      const reply = await call(method, path, body);
      expect(reply.status, reply.text).toBeLessThan(300);
      return reply.body;
    },
    cookie: () => cookie,
  };
}

/** The secret of a link such as `http://host/session/join#token=…`. */
export function tokenOf(link: unknown): string {
  return /#token=([\w-]{43})$/.exec(String(link))?.[1] ?? expect.fail(`not a link: ${String(link)}`);
}
