import { createAttempts } from '../../src/access/attempts.ts';
import { createPasswords } from '../../src/access/passwords.ts';
import type { PeopleParts } from '../../src/domain/people.ts';

/** The parts of people for tests of a surface: invitations only, no mail server. */
export function testPeople(overrides: Partial<PeopleParts> = {}): PeopleParts {
  return {
    passwords: createPasswords(),
    attempts: createAttempts({ now: Date.now }),
    signUp: 'invitation',
    region: { name: 'Self-hosted', detail: '' },
    planHelp: null,
    sendsMail: false,
    origin: () => 'http://127.0.0.1:4600',
    ...overrides,
  };
}
