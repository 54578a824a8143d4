/** How people get in, and how mail reaches them. */
import { ConfigError } from './config-error.ts';
import { readEnv } from './env.ts';

/** One address, alone or in angle brackets after a name. */
const senderPattern = /^(?:[^<>@\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/;
const signUps = ['invitation', 'open', 'closed'] as const;

export interface PeopleConfig {
  /** `open`: anybody may ask for an account; needs a mail server. `closed`: not even invitations make members. */
  readonly signUp: (typeof signUps)[number];
  readonly region: { readonly name: string; readonly detail: string };
  /** Shown where the plan blocks something. */
  readonly planHelp: { readonly text: string; readonly url: string | null } | null;
  /** Undefined: no mail is sent; links are copied by hand. */
  readonly mail: MailConfig | undefined;
}

interface MailConfig {
  /** `smtp[s]://[user:password@]host[:port]`. */
  readonly url: string;
  readonly from: string;
}

/** Reads the variables about people (docs/operations.md lists them). Throws `ConfigError`. */
export function readPeopleConfig(): PeopleConfig {
  const mail = readMail(readEnv('THIMBLE_SMTP_URL'), readEnv('THIMBLE_MAIL_FROM'));
  const text = readEnv('THIMBLE_SIGN_UP') ?? 'invitation';
  const signUp = signUps.find((name) => name === text);
  if (signUp === undefined) throw new ConfigError(`THIMBLE_SIGN_UP must be one of ${signUps.join(', ')}, not "${text}".`);
  if (signUp === 'open' && mail === undefined)
    throw new ConfigError('THIMBLE_SIGN_UP=open proves addresses by mail: set THIMBLE_SMTP_URL too.');
  return {
    signUp,
    region: { name: readEnv('THIMBLE_REGION_NAME') ?? 'Self-hosted', detail: readEnv('THIMBLE_REGION_DETAIL') ?? '' },
    planHelp: readPlanHelp(readEnv('THIMBLE_PLAN_HELP_TEXT'), readEnv('THIMBLE_PLAN_HELP_URL')),
    mail,
  };
}

function readMail(url: string | undefined, from: string | undefined): MailConfig | undefined {
  if (url === undefined) return undefined;
  if (!isMailServer(url)) {
    // The URL may hold a password: the message does not repeat it.
    throw new ConfigError(
      'THIMBLE_SMTP_URL must be like smtp://user:password@mail.example.com:587 or smtps://…, with escapes in the password.',
    );
  }
  if (from === undefined || !senderPattern.test(from)) {
    throw new ConfigError('THIMBLE_MAIL_FROM must be the address mail comes from, such as thimble@example.com.');
  }
  return { url, from };
}

/** A password with `/`, `?`, `#` or `%` that is not escaped would be cut, and what is before it taken for the host. */
function isMailServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  const cut = !['', '/'].includes(pathname) || search.includes('@') || hash !== '';
  return ['smtp:', 'smtps:'].includes(protocol) && hostname !== '' && !cut && isEscaped(username + password);
}

function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function readPlanHelp(text: string | undefined, url: string | undefined): PeopleConfig['planHelp'] {
  if (text === undefined && url === undefined) return null;
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (url !== undefined && (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol))) {
    throw new ConfigError(`THIMBLE_PLAN_HELP_URL must be an http or https URL, not "${url}".`);
  }
  return { text: text ?? 'Ask your operator about plans.', url: url ?? null };
}
