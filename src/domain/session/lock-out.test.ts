import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { testPeople } from '../../../tests/support/test-people.ts';
import { createAttempts } from '../../access/attempts.ts';
import type { Passwords } from '../../access/passwords.ts';
import { TooManyError } from '../../access/too-many.ts';
import { updateMember } from '../../store/queries/member.ts';
import { createApiKey } from '../api-key/create.ts';
import { listAudit } from '../audit/list.ts';
import { keyActor } from '../context.ts';
import type { PeopleContext } from '../people.ts';
import { requestEmailChange } from '../profile/change-email.ts';
import { beginEphemeralSession } from './begin-ephemeral.ts';
import { createEphemeralToken } from './ephemeral.ts';
import { reauthenticate } from './reauthenticate.ts';
import { requestPasswordReset } from './reset-password.ts';
import { signIn } from './sign-in.ts';

const email = 'ann@example.com';

/** Hundreds of guesses are made here: what costs time about a hash is not what is tested. */
const plainPasswords: Passwords = {
  hash: async (password) => password,
  verify: async (stored, password) => ({ ok: stored === password, rehash: undefined }),
};

// oxlint-disable-next-line typescript/explicit-function-return-type -- the parts of one test
async function createHarness() {
  const plane = await createControlPlane();
  const { memberId } = await plane.account(email);
  await plane.parts.store.transaction((tx) => updateMember(tx, memberId, { password_hash: 'right' }));
  const people = testPeople({ attempts: createAttempts({ now: plane.parts.now }), passwords: plainPasswords });
  const from = (address: string, actor: PeopleContext['actor'] = { kind: 'visitor' }): PeopleContext => ({
    ...plane.as(actor),
    people,
    address,
    agent: '',
  });
  const outcome = (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => 'in',
      (error: unknown) => (error instanceof TooManyError ? 'wait' : 'refused'),
    );
  /** One guess from each of many networks. */
  async function guessFromEverywhere(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      await outcome(signIn(from(`2001:db8:0:${n.toString(16)}::1`), { email, password: 'wrong' }, undefined));
    }
  }
  return { plane, from, outcome, guessFromEverywhere };
}

describe('the owner of an account that strangers guess at', () => {
  it('gets in from where they are signed in, and proves the password there', async () => {
    const { from, outcome, guessFromEverywhere } = await createHarness();
    const home = from('198.51.100.7');
    const { session, member } = await signIn(home, { email, password: 'right' }, undefined);
    await guessFromEverywhere(40);
    expect(await outcome(signIn(from('203.0.113.5'), { email, password: 'wrong' }, undefined))).toBe('wait');
    expect(await outcome(signIn(home, { email, password: 'right' }, undefined))).toBe('in');
    const own = { kind: 'member', memberId: member.id, accountId: member.account_id, sessionId: session.id } as const;
    expect(await outcome(reauthenticate(from('198.51.100.7', own), { member, session }, { password: 'right' }))).toBe('in');
  });

  it('is guarded also from where a key of the account began a session for them', async () => {
    const { plane, from, outcome, guessFromEverywhere } = await createHarness();
    const { member } = await signIn(from('198.51.100.7'), { email, password: 'right' }, undefined);
    const { id: memberId, account_id: accountId } = member;
    const { row } = await createApiKey(plane.operator, { accountId, description: 'lent' });
    const key = keyActor({ credentialId: row.id, accountId, memberId, partnerId: undefined });
    const thief = from('203.0.113.5');
    await beginEphemeralSession(thief, await createEphemeralToken(plane.as(key)), undefined);
    await guessFromEverywhere(40);
    expect(await outcome(signIn(thief, { email, password: 'wrong' }, undefined))).toBe('wait');
  });

  it('is still slowed down there: five guesses are free', async () => {
    const { from, outcome } = await createHarness();
    const home = from('198.51.100.7');
    await signIn(home, { email, password: 'right' }, undefined);
    const guess = (): Promise<string> => outcome(signIn(home, { email, password: 'wrong' }, undefined));
    const guesses = [await guess(), await guess(), await guess(), await guess(), await guess(), await guess()];
    expect(guesses).toEqual(['refused', 'refused', 'refused', 'refused', 'refused', 'wait']);
  });

  it('can ask for a new password however often others ask to have that address', async () => {
    const { plane, from, outcome } = await createHarness();
    const { member } = await signIn(from('198.51.100.7'), { email, password: 'right' }, undefined);
    const other = await plane.account('mallory@example.com');
    const mallory = from('203.0.113.5', { kind: 'member', memberId: other.memberId, accountId: other.accountId, sessionId: undefined });
    const attacker = { ...member, id: other.memberId, account_id: other.accountId, email: 'mallory@example.com' };
    await plane.parts.store.transaction((tx) => updateMember(tx, other.memberId, { password_hash: 'right' }));
    const ask = (): Promise<string> => outcome(requestEmailChange(mallory, attacker, { email, password: 'right' }));
    const asked = [await ask(), await ask(), await ask(), await ask(), await ask(), await ask()];
    expect(asked.at(-1)).toBe('wait');
    expect(await outcome(requestPasswordReset(from('198.51.100.7'), email))).toBe('in');
  });

  it('finds in the audit log that signing in again ended the session before', async () => {
    const { plane, from } = await createHarness();
    const home = from('198.51.100.7');
    const first = await signIn(home, { email, password: 'right' }, undefined);
    await signIn(home, { email, password: 'right' }, first.secret);
    const { entries } = await listAudit(plane.operator, first.member.account_id, { subject: `session:${first.session.id}` });
    expect(entries.map(({ row }) => [row.actor, row.verb])).toEqual([
      ['visitor', 'session.end'],
      [`member:${first.member.id}`, 'session.begin'],
    ]);
  });
});
