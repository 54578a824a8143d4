/** A running server with a first account, and browsers for the people in it. */
import { Secret, TOTP } from 'otpauth';
import { onTestFinished } from 'vitest';
import { createPeopleClient, tokenOf, type PeopleClient } from './people-client.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts';

/** Of everybody. */
export const password = 'vivid harbor lantern';

export interface Team {
  readonly app: TestApp;
  /** The account's Administrator. */
  readonly ann: PeopleClient;
  /** A browser of somebody who is not signed in. */
  browser(): PeopleClient;
  /** Invites an address and accepts. */
  join(email: string, role?: string): Promise<PeopleClient>;
}

/** A server whose first account was made with the printed link; Ann is signed in. */
export async function setUpTeam(options: TestAppOptions = {}): Promise<Team> {
  const app = await startTestApp(options);
  onTestFinished(() => app.stop());
  const ann = createPeopleClient(app.url);
  const code = tokenOf(app.setupUrl);
  await ann.ok('POST', '/setup', { code, company: 'Acme', name: 'Ann Lee', email: 'Ann@Example.com', password });
  const browser = (): PeopleClient => createPeopleClient(app.url);
  return {
    app,
    ann,
    browser,
    async join(email, role = 'general_user') {
      const { link } = await ann.ok('POST', '/invitations', { email, role });
      const joining = browser();
      await joining.ok('POST', '/invitations/acceptances', { token: tokenOf(link), name: 'Ben', password });
      return joining;
    },
  };
}

/** The code an authenticator shows. */
export function codeOf(secret: string, at = Date.now()): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
}

/** The secret of the link in the newest message to an address, of those without a mail server. */
export async function mailedToken(app: TestApp, email: string): Promise<string> {
  const { mail } = await app.operator.call('GET', '/mail');
  const newest = (mail as { id: number; recipient: string }[]).find(({ recipient }) => recipient === email);
  const { text } = await app.operator.call('GET', `/mail/${newest?.id}`);
  return tokenOf(/\S+#token=\S+/.exec(String(text))?.[0]);
}
