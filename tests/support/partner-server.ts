/** A partner's own server as the tests of the flow play it. */
import type { WebServer } from './web-server.ts';

interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly access_token: string;
    readonly stitch_account_id: number;
    readonly expires_in?: number;
    readonly error?: string;
  };
}

export interface Partner {
  readonly id: string;
  readonly secret: string;
  /** Posts a form to one of the endpoints. */
  post(path: string, form: Readonly<Record<string, string>> | string, headers?: Readonly<Record<string, string>>): Promise<TokenAnswer>;
  /** The documented exchange, with more or other parameters. */
  exchange(form: Readonly<Record<string, string>>): Promise<TokenAnswer>;
  /** Status of a call with a token. */
  use(token: string): Promise<number>;
}

/** Registers a partner as the operator does. */
export async function createPartnerServer(
  { url, operator }: Pick<WebServer, 'url' | 'operator'>,
  { name, redirectUris }: { name: string; redirectUris: readonly string[] },
): Promise<Partner> {
  const made = await operator.call('POST', '/partners', { name, redirect_uris: redirectUris });
  const secret = String(made['partner_secret']);
  const partner: Partner = {
    id: String(made['partner_id']),
    secret,
    async post(path, form, headers = {}) {
      const reply = await fetch(new URL(path, url), { method: 'POST', headers, body: new URLSearchParams(form) });
      const text = await reply.text();
      return { status: reply.status, headers: reply.headers, body: (text === '' ? {} : JSON.parse(text)) as TokenAnswer['body'] };
    },
    exchange: (form) => partner.post('/oauth/token', { client_secret: secret, grant_type: 'authorization_code', ...form }),
    use: async (token) => (await fetch(new URL('/v4/sources', url), { headers: { authorization: `Bearer ${token}` } })).status,
  };
  return partner;
}
