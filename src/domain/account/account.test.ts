import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { updateMember } from '../../store/queries/member.ts';
import { createAccount } from './create.ts';
import { listAccounts } from './list.ts';
import { setAccountPlan } from './set-plan.ts';

describe('an account', () => {
  it('comes with its administrator and an embedded warehouse whose file no other account will get', async () => {
    const plane = await createControlPlane();
    const a = await plane.account();
    const b = await plane.account();
    const read = plane.parts.store.read;
    expect(await read.selectFrom('member').select(['account_id', 'role']).where('id', '=', a.memberId).execute()).toEqual([
      { account_id: a.accountId, role: 'administrator' },
    ]);
    const files = await read.selectFrom('connection_destination').select(['type', 'properties']).execute();
    expect(files.map(({ type }) => type)).toEqual(['duckdb', 'duckdb']);
    expect(new Set(files.map(({ properties }) => properties)).size).toBe(2);
    expect((await listAccounts(plane.operator)).map(({ id }) => id)).toEqual([a.accountId, b.accountId]);
  });

  it('is refused for an e-mail address in use, whatever its case, and leaves nothing behind', async () => {
    const plane = await createControlPlane();
    await plane.account('Ann@Example.com');
    await expect(plane.account('ann@example.com')).rejects.toMatchObject({ code: 'existing_user' });
    expect(await listAccounts(plane.operator)).toHaveLength(1);
  });

  it('is made and listed by the operator only, and its plan not changed by every member', async () => {
    const plane = await createControlPlane();
    const { accountId, memberId } = await plane.account();
    await plane.parts.store.transaction((tx) => updateMember(tx, memberId, { role: 'member' }));
    const member = plane.as({ kind: 'member', memberId, accountId, sessionId: undefined });
    const denied = { code: 'access_denied' };
    await expect(createAccount(member, { company: 'x', email: 'x@example.com', name: 'x' })).rejects.toMatchObject(denied);
    await expect(listAccounts(member)).rejects.toMatchObject(denied);
    await expect(setAccountPlan(member, accountId, 'standard')).rejects.toMatchObject(denied);
  });
});
