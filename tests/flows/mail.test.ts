import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mailServerUrl, startMailServer } from '../support/mail-server.ts';
import { password, setUpTeam } from '../support/team.ts';
import type { TestApp } from '../support/test-app.ts';
import { setTimeout as delay } from 'node:timers/promises';

describe('people', () => {
  it('are mailed their links by a real mail server, which may come up late', async () => {
    const port = await freePort();
    const url = mailServerUrl(port);
    const team = await setUpTeam({
      configure: (config) => ({ ...config, people: { ...config.people, signUp: 'open', mail: { url, from: 'thimble@example.com' } } }),
    });
    const { link } = await team.ann.ok('POST', '/invitations', { email: 'ben@example.com' });
    expect(link).toBeNull();
    await until(async () => Number((await newestMail(team.app))['attempts']) > 0);
    const { received, stop } = await startMailServer(port);
    onTestFinished(stop);
    await team.browser().ok('POST', '/sign-ups', { email: 'cleo@example.com' });
    await until(async () => received.length > 0);
    const text = received[0]?.text ?? '';
    expect(text).toMatch(/^To: cleo@example\.com/m);
    const token = /\/session\/sign-up#token=([\w-]{43})/.exec(text)?.[1];
    const cleo = team.browser();
    const opened = await cleo.ok('POST', '/sign-ups/completions', { token, company: 'Cleo Ltd', name: 'Cleo', password });
    expect(opened).toMatchObject({ member: { email: 'cleo@example.com', roles: ['administrator'] }, account: { company: 'Cleo Ltd' } });
  });

  it('go on, after the mail, where a partner sent them from, and nowhere but there', async () => {
    const { url, received, stop } = await startMailServer();
    onTestFinished(stop);
    const team = await setUpTeam({
      configure: (config) => ({
        ...config,
        people: { ...config.people, signUp: 'open', mail: { url, from: 'thimble@example.com' } },
      }),
    });
    const ask = (address: string, continueTo: string): Promise<{ status: number }> =>
      team.browser().call('POST', '/sign-ups', { email: address, continue_to: continueTo });
    for (const elsewhere of [
      '//evil.example/oauth/authorization?',
      'https://evil.example',
      '/session/create?',
      '/oauth/authorization?a b',
    ]) {
      expect((await ask('dora@example.com', elsewhere)).status).toBe(400);
    }
    const consent = '/oauth/authorization?client_id=oc_1&company=Dora%20Ltd';
    expect((await ask('dora@example.com', consent)).status).toBe(204);
    expect((await ask('ann@example.com', consent)).status).toBe(204);
    await until(async () => received.length === 2);
    const [toDora = '', toAnn = ''] = received.map(({ text }) => text);
    expect(toDora).toMatch(
      new RegExp(`/session/sign-up\\?continue=${encodeURIComponent(consent).replaceAll('.', '\\.')}#token=[\\w-]{43}`),
    );
    expect(toAnn).toContain(consent);
  });
});

async function newestMail(app: TestApp): Promise<Record<string, unknown>> {
  const { mail } = await app.operator.call('GET', '/mail');
  return (mail as Record<string, unknown>[])[0] ?? {};
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await delay(20);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}
