/** What an operator does for people with the real command line, from the first start on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPeopleClient, tokenOf, type PeopleClient } from '../support/people-client.ts';
import { launcher } from '../support/server-process.ts';
import { password } from '../support/team.ts';
import { thimble, type Outcome } from '../support/thimble-command.ts';
import { waitFor } from '../support/wait-until-loaded.ts';

interface Serving {
  readonly child: ChildProcess;
  output(): string;
}

const folder = mkdtempSync(join(tmpdir(), 'thimble-operator-'));
const data = join(folder, 'data');
let serving: Serving;
let url: URL;
let ann: PeopleClient;

/** `thimble serve` as somebody types it; resolves once it is ready. */
async function serve(): Promise<Serving> {
  const child = spawn(process.execPath, [launcher, 'serve', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, THIMBLE_METRICS_PORT: '0' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  await waitFor(() => /^Thimble is ready at \S+$/m.test(output) || child.exitCode !== null);
  return { child, output: () => output };
}

async function end({ child }: Serving): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const operator = (...args: string[]): Promise<Outcome> => thimble('operator', ...args, '--data', data);

beforeAll(async () => {
  serving = await serve();
  url = new URL(/^Thimble is ready at (\S+)$/m.exec(serving.output())?.[1] ?? '');
  ann = createPeopleClient(url);
});
afterAll(async () => {
  await end(serving);
  rmSync(folder, { recursive: true, force: true });
});

describe('the operator of a new server', () => {
  it('is told where to begin, and begins there', async () => {
    await waitFor(() => /^Open \S+ to begin\.$/m.test(serving.output()));
    const link = /^Open (\S+) to begin\.$/m.exec(serving.output())?.[1] ?? '';
    expect(link).toMatch(new RegExp(`^${url.origin}/session/setup#token=[\\w-]{43}$`));
    const page = await fetch(link);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const body = { code: tokenOf(link), company: 'Acme', name: 'Ann', email: 'ann@example.com', password };
    expect((await ann.ok('POST', '/setup', body)).account).toMatchObject({ company: 'Acme', plan: 'premium' });
  });

  it('makes a link for a member who forgot the password, and none for a stranger', async () => {
    const { code, out } = await operator('member', 'link', 'Ann@Example.com');
    expect(code).toBe(0);
    const [link = '', advice] = out.split('\n');
    expect(link).toMatch(new RegExp(`^${url.origin}/session/reset#token=[\\w-]{43}$`));
    expect(advice).toBe('Pass it on: whoever opens it within a day chooses the password of Ann@Example.com.');
    const json = JSON.parse((await operator('member', 'link', 'ann@example.com', '--json')).out) as { link: string };
    const choose = (sent: string) =>
      createPeopleClient(url).call('POST', '/password-resets/completions', { token: tokenOf(sent), password: 'copper meadow signal' });
    // The second link took the place of the first.
    expect([(await choose(link)).status, (await choose(json.link)).status]).toEqual([400, 204]);
    await ann.ok('POST', '/session', { email: 'ann@example.com', password: 'copper meadow signal' });
    expect(await operator('member', 'link', 'nobody@example.com')).toMatchObject({
      code: 1,
      out: '',
      err: 'Member not found (nobody@example.com).\n',
    });
    expect(await operator('member', 'link')).toMatchObject({
      code: 64,
      err: expect.stringContaining('Usage: thimble operator member link'),
    });
  });

  it('reads what people would have been mailed, the text of one message at a time', async () => {
    await createPeopleClient(url).ok('POST', '/password-resets', { email: 'ann@example.com' });
    const listed = await operator('mail', 'list');
    expect(listed.code).toBe(0);
    expect(listed.out.split('\n')[0]).toMatch(/^id +recipient +subject +created_at +sent_at +attempts +error *$/);
    expect(listed.out).toContain('ann@example.com');
    expect(listed.out).not.toMatch(/[\w-]{43}/);
    const json = await operator('mail', 'list', '--json');
    const [newest] = JSON.parse(json.out) as { id: number; subject: string }[];
    expect(newest).toMatchObject({ recipient: 'ann@example.com', sent_at: null, attempts: 0, error: null });
    const shown = await operator('mail', 'show', String(newest?.id));
    expect(shown.out).toMatch(/^To: ann@example\.com\nSubject: [^\n]+\n\n/);
    expect(shown.out).toContain(newest?.subject);
    const link = /\S+#token=\S+/.exec(shown.out)?.[0];
    const body = { token: tokenOf(link), password: 'velvet orchard comet' };
    await createPeopleClient(url).ok('POST', '/password-resets/completions', body);
    await ann.ok('POST', '/session', { email: 'ann@example.com', password: 'velvet orchard comet' });
    expect(await operator('mail', 'show', '999999')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('999999') });
    expect(await operator('mail', 'show', 'x')).toMatchObject({ code: 64, err: expect.stringContaining('a number') });
  });

  it('changes the plan of an account, which disables its keys', async () => {
    const [account] = JSON.parse((await operator('account', 'list', '--json')).out) as { account_id: number }[];
    const id = String(account?.account_id);
    const { secret } = await ann.ok('POST', '/api-keys', { description: 'job' });
    const sources = async (): Promise<number> =>
      (await fetch(new URL('/v4/sources', url), { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(await sources()).toBe(200);
    expect(await operator('account', 'set-plan', '--account', id, '--plan', 'standard')).toMatchObject({
      code: 0,
      out: `Account ${id} is on the plan standard now.\n`,
    });
    expect(await sources()).toBe(401);
    const json = await operator('account', 'set-plan', '--account', id, '--plan', 'advanced', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ account_id: Number(id), plan: 'advanced' });
    expect((await ann.ok('GET', '/account')).plan).toBe('advanced');
    const wrong = async (of: string, plan: string): Promise<Outcome> => operator('account', 'set-plan', '--account', of, '--plan', plan);
    expect(await wrong('99', 'premium')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^[^\n]*99[^\n]*\.\n$/) });
    expect(await wrong(id, 'gold')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('plan') });
    expect(await wrong('x', 'premium')).toMatchObject({ code: 64, err: expect.stringContaining('--account') });
  });

  it('registers a partner, gives it another secret, and stops it', async () => {
    const logo = join(folder, 'logo.svg');
    writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg"></svg>');
    const uris = ['--redirect-uri', 'https://vendor.example/cb', '--redirect-uri', 'http://localhost:8000/cb?tenant=7'];
    const notice = ['--notice-url', 'https://vendor.example/notices?key=secret-part'];
    const made = await operator('partner', 'create', '--name', 'Vendor', ...uris, '--logo', logo, ...notice, '--json');
    const partner = JSON.parse(made.out) as { partner_id: string; partner_secret: string };
    expect(partner).toEqual({
      partner_id: expect.stringMatching(/^oc_[0-9A-Za-z]{12}$/),
      partner_secret: expect.stringMatching(/^oc_[0-9A-Za-z]{50}$/),
      notice_signing_key: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const spoken = await operator('partner', 'create', '--name', 'Other', ...uris.slice(0, 2));
    expect(spoken.out).toMatch(/^Partner id: oc_\w{12}\nPartner secret: oc_\w{50}\nThis is the only time/);
    const listed = await operator('partner', 'list', '--json');
    expect(listed.out).not.toContain('secret-part');
    expect(JSON.parse(listed.out)).toMatchObject([
      {
        partner_id: partner.partner_id,
        name: 'Vendor',
        state: 'active',
        redirect_uris: [uris[1], uris[3]],
        logo: 'image/svg+xml',
        notices: true,
        accounts: 0,
        secrets: [{ last4: partner.partner_secret.slice(-4), expires_at: null }],
      },
      { name: 'Other', logo: null, notices: false },
    ]);
    expect((await operator('partner', 'list')).out).toMatch(/^partner_id +name +state +accounts +created *\n/);

    const proof = async (secret: string): Promise<number> =>
      (await fetch(new URL('/oauth/introspect', url), { method: 'POST', body: new URLSearchParams({ client_secret: secret, token: 'x' }) }))
        .status;
    const rotate = async (...args: string[]) =>
      JSON.parse((await operator('partner', 'rotate-secret', partner.partner_id, ...args, '--json')).out) as { partner_secret: string };
    const second = await rotate('--overlap', '90m');
    expect([await proof(partner.partner_secret), await proof(second.partner_secret)]).toEqual([200, 200]);
    const third = await rotate('--overlap', '0');
    expect([await proof(partner.partner_secret), await proof(second.partner_secret), await proof(third.partner_secret)]).toEqual([
      401, 401, 200,
    ]);

    const id = partner.partner_id;
    expect((await operator('partner', 'suspend', id)).out).toBe('Vendor is suspended: none of its keys works.\n');
    expect(await proof(third.partner_secret)).toBe(401);
    expect((await operator('partner', 'resume', id)).out).toBe('Vendor may act again.\n');
    expect(await proof(third.partner_secret)).toBe(200);
    expect((await operator('partner', 'remove', id)).code).toBe(0);
    expect(await proof(third.partner_secret)).toBe(401);
    expect(await operator('partner', 'suspend', id)).toMatchObject({ code: 1, err: `Partner not found (${id}).\n` });

    const create = (...args: string[]) => operator('partner', 'create', '--name', 'Wrong', ...args);
    expect(await create()).toMatchObject({ code: 64, err: expect.stringContaining('--redirect-uri is required') });
    expect(await create('--redirect-uri', 'http://vendor.example/cb')).toMatchObject({ code: 1, err: expect.stringContaining('https') });
    expect(await create(...uris, '--logo', join(folder, 'none.png'))).toMatchObject({ code: 64, err: expect.stringContaining('none.png') });
    writeFileSync(logo, 'GIF89a');
    expect(await create(...uris, '--logo', logo)).toMatchObject({ code: 1, err: expect.stringContaining('not a PNG') });
    expect(await create(...uris, '--notice-url', 'http://vendor.example')).toMatchObject({
      code: 1,
      err: expect.stringContaining('notice URL'),
    });
    expect(await operator('partner', 'rotate-secret', id, '--overlap', 'soon')).toMatchObject({ code: 64 });
  }, 120_000);

  it('is sent to no set-up again once there is an account', async () => {
    await end(serving);
    serving = await serve();
    expect(serving.output()).toMatch(/^Thimble is ready at/m);
    // Printed together with the line before, if at all.
    expect((await thimble('status', '--data', data)).code).toBe(0);
    expect(serving.output()).not.toContain('to begin');
  });
});
