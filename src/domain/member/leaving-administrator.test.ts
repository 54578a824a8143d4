import { describe, expect, it } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { testPeople } from '../../../tests/support/test-people.ts';
import { createAttempts } from '../../access/attempts.ts';
import { TooManyError } from '../../access/too-many.ts';
import { createApiKey } from '../api-key/create.ts';
import type { Actor } from '../context.ts';
import type { PeopleContext, PeopleParts } from '../people.ts';
import { resetPassword } from '../session/reset-password.ts';
import { acceptInvitation } from './accept.ts';
import { deactivateMember } from './deactivate.ts';
import { cancelInvitation } from './invitation.ts';
import { inviteMember, resendInvitation } from './invite.ts';
import { listInvitations } from './list.ts';
import { linkForMember } from './password-link.ts';
import { setMemberRole } from './set-role.ts';

const password = 'vivid harbor lantern';

interface Harness {
  readonly plane: ControlPlane;
  readonly accountId: number;
  /** The first Administrator. */
  readonly ann: { readonly accountId: number; readonly memberId: number };
  as(actor: Actor, overrides?: Partial<PeopleParts>): PeopleContext;
  member(memberId: number): PeopleContext;
}

async function createHarness(): Promise<Harness> {
  const plane = await createControlPlane();
  const { accountId, memberId } = await plane.account('ann@example.com');
  const people = testPeople({ attempts: createAttempts({ now: plane.parts.now }) });
  const as: Harness['as'] = (actor, overrides) => ({ ...plane.as(actor), people: { ...people, ...overrides }, agent: '' });
  return {
    plane,
    accountId,
    ann: { accountId, memberId },
    as,
    member: (id) => as({ kind: 'member', memberId: id, accountId, sessionId: undefined }),
  };
}

function tokenOf(link: string | null): string {
  return link?.split('#token=')[1] ?? expect.fail('no link');
}

/** A second Administrator, who joined with an invitation. */
async function joinAdministrator({ ann, as, member }: Harness): Promise<number> {
  const { link } = await inviteMember(member(ann.memberId), ann, { email: 'ben@example.com', role: 'administrator' });
  const joined = await acceptInvitation(as({ kind: 'visitor' }), { token: tokenOf(link), name: 'Ben', password }, undefined);
  return joined.member.id;
}

describe('an Administrator who is one no longer', () => {
  it.each(['deactivated', 'lowered'])('and was %s gets back with no link handed out before', async (how) => {
    const harness = await createHarness();
    const { plane, accountId, ann, as, member } = harness;
    const benId = await joinAdministrator(harness);
    const ben = { accountId, memberId: benId };
    const own = await inviteMember(member(benId), ben, { email: 'ben2@example.com', role: 'administrator' });
    const others = await inviteMember(member(ann.memberId), ann, { email: 'cleo@example.com', role: 'member' });
    const toAnn = await linkForMember(member(benId), accountId, ann.memberId);

    if (how === 'deactivated') await deactivateMember(member(ann.memberId), accountId, benId, { keys: 'disable' });
    else await setMemberRole(member(ann.memberId), accountId, benId, 'member');

    const visitor = as({ kind: 'visitor' });
    const accept = (link: string | null) => acceptInvitation(visitor, { token: tokenOf(link), name: 'B', password }, undefined);
    await expect(accept(own.link)).rejects.toMatchObject({ code: 'invalid_link' });
    await expect(resetPassword(visitor, { token: tokenOf(toAnn), password })).rejects.toMatchObject({ code: 'invalid_link' });
    expect((await listInvitations(plane.operator, accountId)).map(({ row }) => row.email)).toEqual(['cleo@example.com']);
    expect((await accept(others.link)).member.email).toBe('cleo@example.com');
  });

  it('is nobody an API key of the operator acts as', async () => {
    const harness = await createHarness();
    const { plane, accountId, ann, member } = harness;
    const benId = await joinAdministrator(harness);
    await deactivateMember(member(benId), accountId, ann.memberId, { keys: 'disable' });
    const { row } = await createApiKey(plane.operator, { accountId, description: 'job' });
    expect(row.member_id).toBe(benId);
    const dead = createApiKey(plane.operator, { accountId, description: 'job', memberId: ann.memberId });
    await expect(dead).rejects.toMatchObject({ code: 'invalid_id' });
  });
});

describe('an invitation', () => {
  it('sent before the operator closed the house lets nobody in', async () => {
    const { ann, as, member } = await createHarness();
    const { row, link } = await inviteMember(member(ann.memberId), ann, { email: 'ben@example.com', role: 'member' });
    const visitor = as({ kind: 'visitor' }, { signUp: 'closed' });
    const accepting = acceptInvitation(visitor, { token: tokenOf(link), name: 'Ben', password }, undefined);
    await expect(accepting).rejects.toMatchObject({ code: 'access_denied' });
    const inviter = as({ kind: 'member', memberId: ann.memberId, accountId: ann.accountId, sessionId: undefined }, { signUp: 'closed' });
    await expect(resendInvitation(inviter, ann, row.id)).rejects.toMatchObject({ code: 'access_denied' });
  });

  it('cannot be mailed to one address over and over', async () => {
    const { ann, as } = await createHarness();
    const actor = { kind: 'member', memberId: ann.memberId, accountId: ann.accountId, sessionId: undefined } as const;
    const ctx = as(actor, { sendsMail: true });
    const invite = (email: string) => inviteMember(ctx, ann, { email, role: 'member' });
    for (let n = 0; n < 5; n += 1) await cancelInvitation(ctx, ann.accountId, (await invite('victim@example.com')).row.id);
    await expect(invite('Victim@example.com')).rejects.toThrow(TooManyError);
    const { row } = await invite('ben@example.com');
    for (let n = 0; n < 4; n += 1) await resendInvitation(ctx, ann, row.id);
    await expect(resendInvitation(ctx, ann, row.id)).rejects.toThrow(TooManyError);
  });
});
