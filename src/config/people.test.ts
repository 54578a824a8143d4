import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readPeopleConfig, type PeopleConfig } from './people.ts';

type Variables = Readonly<Record<string, string>>;

const smtp = { THIMBLE_SMTP_URL: 'smtp://user:hush-hush@mail.example.com:587', THIMBLE_MAIL_FROM: 'thimble@example.com' };

afterEach(() => vi.unstubAllEnvs());

function read(variables: Variables): PeopleConfig {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return readPeopleConfig();
}

/** The message of the refusal: one sentence, or a colon's second half with it. */
function refusalOf(variables: Variables): string {
  try {
    read(variables);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).toMatch(/^THIMBLE_[A-Z_]+\b[^\n]*\.$/);
    return error.message;
  }
  return expect.fail('It was accepted.');
}

describe('the configuration of people', () => {
  it('is invitations, no mail and no words about plans, unless it is told otherwise; an empty value tells nothing', () => {
    const standard = { signUp: 'invitation', region: { name: 'Self-hosted', detail: '' }, planHelp: null, mail: undefined };
    expect(read({})).toEqual(standard);
    const names = ['SIGN_UP', 'SMTP_URL', 'MAIL_FROM', 'REGION_NAME', 'REGION_DETAIL', 'PLAN_HELP_TEXT', 'PLAN_HELP_URL'];
    expect(read(Object.fromEntries(names.map((name) => [`THIMBLE_${name}`, ''])))).toEqual(standard);
  });

  it.each(['invitation', 'closed', 'open'] as const)('knows sign-up as %s', (signUp) => {
    expect(read({ ...smtp, THIMBLE_SIGN_UP: signUp }).signUp).toBe(signUp);
  });

  it.each(['Open', 'yes', 'invitations', ' open'])('knows no sign-up as %j', (text) => {
    expect(refusalOf({ ...smtp, THIMBLE_SIGN_UP: text })).toContain(`must be one of invitation, open, closed, not "${text}".`);
  });

  it('opens the door to strangers only with a mail server', () => {
    expect(refusalOf({ THIMBLE_SIGN_UP: 'open' })).toBe('THIMBLE_SIGN_UP=open proves addresses by mail: set THIMBLE_SMTP_URL too.');
  });

  it.each([
    'smtp://mail.example.com',
    'smtp://127.0.0.1:2525?ignoreTLS=true',
    'smtps://mail.example.com/',
    'smtps://user:p%40ss%2Fw%23rd@mail.example.com:465',
    'smtp://[2001:db8::25]:587',
  ])('sends mail through %s', (url) => {
    expect(read({ ...smtp, THIMBLE_SMTP_URL: url }).mail).toEqual({ url, from: 'thimble@example.com' });
  });

  it.each([
    'mail.example.com',
    'mail.example.com:587',
    'https://user:hush-hush@mail.example.com',
    'smtp://',
    'smtp:user:hush-hush@mail.example.com',
    'smtp://user:hush-hush@',
    'smtp://user:hush-hush@mail.example.com:99999',
    'smtp://user:hush-hush@mail example.com',
    // A password with #, / or ? that is not escaped: what is before it would be the host.
    'smtp://user:12#hush-hush@mail.example.com',
    'smtp://user:12/hush-hush@mail.example.com',
    'smtp://user:12?hush-hush@mail.example.com',
    'smtp://user:hush#hush@mail.example.com',
    'smtp://user:%ffhush-hush@mail.example.com',
    'smtp://user:%zzhush-hush@mail.example.com',
  ])('sends no mail through %s, and does not repeat it', (url) => {
    const message = refusalOf({ ...smtp, THIMBLE_SMTP_URL: url });
    expect(message).toMatch(/^THIMBLE_SMTP_URL must be like smtp:\/\/user:password@mail\.example\.com:587/);
    expect(message).not.toContain('hush');
  });

  it.each(['thimble@example.com', 'Thimble <thimble@example.com>', '"Thimble, of Acme" <thimble@example.com>', 'thimble@localhost'])(
    'sends mail from %s',
    (from) => {
      expect(read({ ...smtp, THIMBLE_MAIL_FROM: from }).mail?.from).toBe(from);
    },
  );

  it.each([
    '',
    'thimble',
    '@',
    'thimble@',
    '@example.com',
    'Thimble <thimble>',
    'thimble@example.com\r\nBcc: x@example.com',
    'a@b.c, d@e.f',
  ])('sends no mail from %j', (from) => {
    expect(refusalOf({ ...smtp, THIMBLE_MAIL_FROM: from })).toBe(
      'THIMBLE_MAIL_FROM must be the address mail comes from, such as thimble@example.com.',
    );
  });

  it('names the region, and what a plan that blocks something leads to', () => {
    const told = {
      THIMBLE_REGION_NAME: 'Frankfurt',
      THIMBLE_REGION_DETAIL: 'Germany',
      THIMBLE_PLAN_HELP_TEXT: 'Ask the data team.',
      THIMBLE_PLAN_HELP_URL: 'https://wiki.example.com/plans?of=thimble#more',
    };
    expect(read(told)).toMatchObject({
      region: { name: 'Frankfurt', detail: 'Germany' },
      planHelp: { text: 'Ask the data team.', url: 'https://wiki.example.com/plans?of=thimble#more' },
    });
    expect(read({ THIMBLE_PLAN_HELP_URL: '' }).planHelp).toEqual({ text: 'Ask the data team.', url: null });
    const onlyUrl = read({ THIMBLE_PLAN_HELP_TEXT: '', THIMBLE_PLAN_HELP_URL: 'http://wiki.example.com' });
    expect(onlyUrl.planHelp).toEqual({ text: 'Ask your operator about plans.', url: 'http://wiki.example.com' });
  });

  it.each(['javascript:alert(1)', 'mailto:plans@example.com', '/plans', 'wiki.example.com/plans', 'https://'])(
    'leads nobody who needs a plan to %s',
    (url) => {
      expect(refusalOf({ THIMBLE_PLAN_HELP_URL: url })).toBe(`THIMBLE_PLAN_HELP_URL must be an http or https URL, not "${url}".`);
    },
  );
});
