import type { Attempts } from '../access/attempts.ts';
import type { Passwords } from '../access/passwords.ts';
import type { DomainContext } from './context.ts';
import type { MailParts } from './mail/queue.ts';

/** What the verbs of people work with besides the parts of every verb; made once in `app.ts`. */
export interface PeopleParts {
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly signUp: 'invitation' | 'open' | 'closed';
  readonly region: { readonly name: string; readonly detail: string };
  /** Text of the operator about plans. */
  readonly planHelp: { readonly text: string; readonly url: string | null } | null;
  /** False: no mail server; links are copied by hand. */
  readonly sendsMail: boolean;
  /** Where people reach the app, without a slash at the end. */
  readonly origin: () => string;
}

export interface PeopleContext extends DomainContext {
  readonly people: PeopleParts;
  /** What the client calls itself. */
  readonly agent: string;
}

/** What messages to people are written with. */
export function mailParts({ sealer, now, people }: PeopleContext): MailParts {
  return { sealer, now, sendsMail: people.sendsMail };
}
