/** The words of every message to a person. Plain text; a line that is only a link becomes a button in the HTML part. */

export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** Somebody is invited to an account. */
export function invitationMessage({ company, by, link }: { company: string; by: string; link: string }): Message {
  return message(`Join ${company} on Thimble`, [
    `${by} invites you to the account of ${company}.`,
    link,
    'The link works once, within seven days. If you do not know the sender, ignore this message.',
  ]);
}

/** Somebody asked to choose a new password. */
export function passwordMessage({ link }: { link: string }): Message {
  return message('Choose a new password', [
    'A new password was asked for with your address.',
    link,
    'The link works once. If it was not you, ignore this message: nothing has changed.',
  ]);
}

/** A partner's application made an account for somebody. */
export function accountMadeMessage({ by, link }: { by: string; link: string }): Message {
  return message('Set up your Thimble account', [
    `${by} made an account on Thimble for you, and may act on it. Choose a password to sign in; under Account Settings you can end that access at any time.`,
    link,
    'The link works once, within seven days; afterwards the sign-in page sends you another. If you do not know the sender, ignore this message.',
  ]);
}

/** The password was changed. */
export function passwordChangedMessage(): Message {
  return message('Your password was changed', [
    'The password of your Thimble account was changed, and your other sessions were ended.',
    'If it was not you, choose a new password from the sign-in page at once and tell an Administrator of your account.',
  ]);
}

/** An address asks for an account of its own. */
export function signUpMessage({ link }: { link: string }): Message {
  return message('Open your Thimble account', [
    'An account was asked for with this address.',
    link,
    'The link works once, within a day. If it was not you, ignore this message.',
  ]);
}

/** An address that has an account asks for another. */
export function alreadyMemberMessage({ link }: { link: string }): Message {
  return message('You have a Thimble account already', [
    'An account was asked for with this address, which belongs to a member already. Sign in instead; there you can also choose a new password.',
    link,
  ]);
}

/** Proof of a new address. */
export function emailChangeMessage({ link }: { link: string }): Message {
  return message('Confirm your new address', [
    'Your Thimble account is to use this address from now on.',
    link,
    'The link works once, within a day. If it was not you, ignore this message.',
  ]);
}

/** To the old address. */
export function emailChangedMessage({ email }: { email: string }): Message {
  return message('Your address was changed', [
    `Your Thimble account uses the address ${email} from now on.`,
    'If it was not you, tell an Administrator of your account at once.',
  ]);
}

/** Two-factor was turned on or off. */
export function twoFactorMessage({ on }: { on: boolean }): Message {
  return message(`Two-factor authentication was turned ${on ? 'on' : 'off'}`, [
    `Signing in to your Thimble account ${on ? 'asks for a code of your authenticator from now on' : 'no longer asks for a code'}.`,
    'If it was not you, choose a new password at once and tell an Administrator of your account.',
  ]);
}

/** A partner has access to the account from now on. */
export function partnerConnectedMessage({ partner, company, by }: { partner: string; company: string; by: string }): Message {
  return message(`${partner} has access to ${company}`, [
    `${by} let the application ${partner} act on the account of ${company}.`,
    'Any member can disable or delete its key in the account settings; from then on it can do nothing more.',
    'If nobody of you meant to do this, delete the key at once.',
  ]);
}

/** A post-load hook was given up; the origin alone, since the rest of a URL may be a secret. */
export function undeliverableHookMessage({ hookId, origin, reason }: { hookId: number; origin: string; reason: string }): Message {
  return message('Unable to Deliver Post Load Notification', [
    `The post-load hook ${hookId} at ${origin} could not be delivered: ${reason}`,
    'It is not told of this load again. Loads go on, and later loads are sent to it as before.',
    'You get no further message about this hook until it works again.',
  ]);
}

function message(subject: string, paragraphs: readonly string[]): Message {
  // What people typed, such as a company, must begin neither a header line nor a paragraph, whose link would become the button.
  const inOneLine = (words: string): string => words.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return { subject: inOneLine(subject), text: `${paragraphs.map(inOneLine).join('\n\n')}\n` };
}
