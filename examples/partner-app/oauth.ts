/** The partner's side of the authorization code flow (RFC 6749 §4.1) with PKCE (RFC 7636) and `iss` (RFC 9207). */
import { createHash, randomBytes } from 'node:crypto';

export interface Registration {
  readonly partnerId: string;
  readonly partnerSecret: string;
  /** As registered with Thimble, to the letter. */
  readonly redirectUri: string;
}

/** What must still be known when the browser comes back. It stays on the server. */
export interface PendingConsent {
  readonly state: string;
  readonly codeVerifier: string;
}

export interface Connection {
  readonly accountId: number;
  readonly token: string;
}

export interface OAuthClient {
  /** Where to send the browser; `prefill` only fills Thimble's form for people who have no account yet. */
  begin(prefill: ReadonlyMap<string, string>): { url: string; pending: PendingConsent };
  /** Turns what the browser brought back into a token. Throws `ConsentRefused` when it is a no, and an error for everything that does not fit. */
  finish(answer: URLSearchParams, pending: PendingConsent | undefined): Promise<Connection>;
  /** Gives a token up: it is dead when this returns (RFC 7009). */
  revoke(token: string): Promise<void>;
}

export class ConsentRefused extends Error {
  override readonly name = 'ConsentRefused';
}

export function createOAuthClient(thimble: URL, { partnerId, partnerSecret, redirectUri }: Registration): OAuthClient {
  const basic = Buffer.from(`${encodeURIComponent(partnerId)}:${encodeURIComponent(partnerSecret)}`).toString('base64');

  async function post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(new URL(path, thimble), {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
    if (!response.ok) throw new Error(`Thimble answers ${response.status} ${String(body['error'])}: ${String(body['error_description'])}`);
    return body;
  }

  return {
    begin(prefill) {
      const pending = { state: randomBytes(16).toString('base64url'), codeVerifier: randomBytes(32).toString('base64url') };
      const url = new URL('/oauth/authorization', thimble);
      url.search = new URLSearchParams({
        ...Object.fromEntries(prefill),
        response_type: 'code',
        client_id: partnerId,
        redirect_uri: redirectUri,
        state: pending.state,
        code_challenge: createHash('sha256').update(pending.codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return { url: url.href, pending };
    },
    async finish(answer, pending) {
      // Whose browser this is, and which server answered: without both, a stranger's code could be slipped in.
      if (pending === undefined || answer.get('state') !== pending.state) throw new Error('This answer belongs to no question we asked.');
      if (answer.get('iss') !== thimble.origin) throw new Error('This answer comes from another server than the one we asked.');
      const error = answer.get('error');
      if (error === 'access_denied') throw new ConsentRefused('Access was refused (access_denied). Nothing was connected.');
      if (error !== null) throw new Error(`Thimble refuses the request: ${error}. ${answer.get('error_description') ?? ''}`);
      const reply = await post('/oauth/token', {
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: pending.codeVerifier,
      });
      return { accountId: Number(reply['stitch_account_id']), token: String(reply['access_token']) };
    },
    async revoke(token) {
      await post('/oauth/revoke', { token });
    },
  };
}
