import { describe, expect, it } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { testPeople } from '../../../tests/support/test-people.ts';
import { createAttempts } from '../../access/attempts.ts';
import { findMember, updateMember, type MemberRow } from '../../store/queries/member.ts';
import type { Actor } from '../context.ts';
import { readMail } from '../mail/read.ts';
import { linkForEmail } from '../member/password-link.ts';
import type { PeopleContext } from '../people.ts';
import type { BegunSession } from '../session/begin.ts';
import { freshUntil } from '../session/lifetime.ts';
import { resetPassword } from '../session/reset-password.ts';
import { resumeSession } from '../session/resume.ts';
import { signIn } from '../session/sign-in.ts';
import { confirmEmailChange, requestEmailChange } from './change-email.ts';
import { changePassword } from './change-password.ts';

const password = 'vivid harbor lantern';
const newPassword = 'copper meadow signal';
const client = { address: '192.0.2.1', agent: 'test' };

interface Harness {
  readonly plane: ControlPlane;
  as(actor: Actor): PeopleContext;
  signIn(): Promise<BegunSession>;
  member(): Promise<MemberRow>;
}

/** A member who has a password. */
async function createHarness(): Promise<Harness> {
  const plane = await createControlPlane();
  const { accountId, memberId } = await plane.account('ann@example.com');
  const people = testPeople({ attempts: createAttempts({ now: plane.parts.now }) });
  const passwordHash = await people.passwords.hash(password);
  await plane.parts.store.transaction((tx) => updateMember(tx, memberId, { password_hash: passwordHash }));
  const as = (actor: Actor): PeopleContext => ({ ...plane.as(actor), people, agent: 'test' });
  return {
    plane,
    as,
    signIn: () => signIn(as({ kind: 'visitor' }), { email: 'ann@example.com', password }, undefined),
    async member() {
      return (await findMember(plane.parts.store.read, accountId, memberId)) ?? expect.fail('no member');
    },
  };
}

function actorOf({ session }: BegunSession): Actor {
  return { kind: 'member', memberId: session.member_id, accountId: session.account_id, sessionId: session.id };
}

/** The secret of the link in the newest message. */
async function mailedToken({ plane }: Harness): Promise<string> {
  const { id } = (await plane.parts.store.read.selectFrom('mail').select('id').orderBy('id', 'desc').executeTakeFirst()) ?? { id: 0 };
  const { text } = await readMail(plane.operator, id);
  return /#token=([\w-]{43})/.exec(text)?.[1] ?? expect.fail(`no link in ${text}`);
}

describe('a new password', () => {
  it.each(['changed', 'reset'])('that was %s ends a change of address somebody asked for with the old one', async (how) => {
    const harness = await createHarness();
    const [thief, ann] = [await harness.signIn(), await harness.signIn()];
    await requestEmailChange(harness.as(actorOf(thief)), thief.member, { email: 'thief@example.com', password });
    const token = await mailedToken(harness);
    if (how === 'changed') {
      const own = { member: await harness.member(), sessionId: ann.session.id };
      await changePassword(harness.as(actorOf(ann)), own, { oldPassword: password, newPassword });
    } else {
      const link = await linkForEmail(harness.as({ kind: 'operator' }), 'ann@example.com');
      await resetPassword(harness.as({ kind: 'visitor' }), { token: link.split('#token=')[1] ?? '', password: newPassword });
    }
    await expect(confirmEmailChange(harness.as({ kind: 'visitor' }), token)).rejects.toMatchObject({ code: 'invalid_link' });
    expect(await harness.member()).toMatchObject({ email: 'ann@example.com', pending_email: null });
  });

  it('puts out whoever copied the cookie of the very session it was changed in', async () => {
    const harness = await createHarness();
    const ann = await harness.signIn();
    const secret = await changePassword(
      harness.as(actorOf(ann)),
      { member: ann.member, sessionId: ann.session.id },
      { oldPassword: password, newPassword },
    );
    expect(await resumeSession(harness.plane.parts, ann.secret, client)).toBeUndefined();
    expect((await resumeSession(harness.plane.parts, secret, client))?.session.id).toBe(ann.session.id);
  });

  it('is no proof of the second factor that sensitive acts ask for', async () => {
    const harness = await createHarness();
    const ann = await harness.signIn();
    const { parts, clock } = harness.plane;
    await parts.store.transaction((tx) => updateMember(tx, ann.member.id, { totp_enabled_at: clock.now }));
    clock.now += 3_600_000;
    const secret = await changePassword(
      harness.as(actorOf(ann)),
      { member: await harness.member(), sessionId: ann.session.id },
      { oldPassword: password, newPassword },
    );
    const resumed = await resumeSession(parts, secret, client);
    expect(resumed && freshUntil(resumed.session)).toBeLessThan(clock.now);
  });

  it('leaves no change of address to a request whose password was proved before it', async () => {
    const harness = await createHarness();
    const ann = await harness.signIn();
    const stale = await harness.member();
    const own = { member: stale, sessionId: ann.session.id };
    await changePassword(harness.as(actorOf(ann)), own, { oldPassword: password, newPassword });
    const late = requestEmailChange(harness.as(actorOf(ann)), stale, { email: 'thief@example.com', password });
    await expect(late).rejects.toMatchObject({ code: 'wrong_password' });
  });
});
