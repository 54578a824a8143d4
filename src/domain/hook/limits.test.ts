import { expect, it } from 'vitest';
import { createControlPlane, keyActor, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { setAccountPlan } from '../account/set-plan.ts';
import { createApiKey } from '../api-key/create.ts';
import { deleteApiKey } from '../api-key/delete.ts';
import { readCredentialReach } from '../credential/reach.ts';
import { createCustomEmail } from '../custom-email/create.ts';
import { listCustomEmails } from '../custom-email/list.ts';
import type { DomainContext } from '../context.ts';
import { createHook } from './create.ts';
import { listHooks } from './list.ts';
import { setHookEnabled } from './set-enabled.ts';
import type { HookView } from './view.ts';

const anywhere = async (): Promise<string> => '93.184.215.14';
const make = (ctx: DomainContext, accountId: number): Promise<HookView> =>
  createHook(ctx, accountId, { destinationId: undefined, url: 'https://hook.example.test/' }, anywhere);

async function states(plane: ControlPlane, accountId: number): Promise<boolean[]> {
  return (await listHooks(plane.operator, accountId)).map(({ row }) => row.disabled_at === null);
}

describeStores('hooks and custom e-mails', (engine) => {
  it('are ten each under 50 parallel creates', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const fifty = <T>(create: () => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
      Promise.allSettled(Array.from({ length: 50 }, () => create()));
    const [hooks, emails] = await Promise.all([
      fifty(() => make(plane.operator, accountId)),
      fifty(() => createCustomEmail(plane.operator, accountId, 'ops@example.test')),
    ]);
    const codes = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
      results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code?: unknown }).code] : []));
    expect(codes(hooks)).toEqual(Array.from({ length: 40 }, () => 'hook_limit_exceeded'));
    expect(codes(emails)).toEqual(Array.from({ length: 40 }, () => 'email_limit_exceeded'));
    const slots = (await listHooks(plane.operator, accountId)).map(({ row }) => row.slot);
    expect(slots.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('follow the plan: a downgrade disables hooks, an upgrade enables none', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const { row } = await make(plane.operator, accountId);
    await createCustomEmail(plane.operator, accountId, 'ops@example.test');
    await setAccountPlan(plane.operator, accountId, 'standard');
    await expect(make(plane.operator, accountId)).rejects.toMatchObject({ code: 'access_denied' });
    await expect(listHooks(plane.operator, accountId)).rejects.toMatchObject({ code: 'access_denied' });
    await expect(setHookEnabled(plane.operator, accountId, row.id, true)).rejects.toMatchObject({ code: 'access_denied' });
    await setAccountPlan(plane.operator, accountId, 'free_trial');
    expect(await states(plane, accountId)).toEqual([false]);
    expect(await listCustomEmails(plane.operator, accountId)).toMatchObject([{ disabled_at: null }]);
    await setHookEnabled(plane.operator, accountId, row.id, true);
    expect(await states(plane, accountId)).toEqual([true]);
    await setAccountPlan(plane.operator, accountId, 'premium');
    expect(await states(plane, accountId)).toEqual([true]);
  });

  it('are disabled when the key that made them was compromised, and only those', async () => {
    const plane = await createControlPlane({ store: await engine.temporaryStore() });
    const { accountId } = await plane.account();
    const leaked = await createApiKey(plane.operator, { accountId, description: 'leaked' });
    const retired = await createApiKey(plane.operator, { accountId, description: 'retired' });
    for (const key of [leaked, retired]) {
      await make(plane.as(keyActor(key.row)), accountId);
      await createCustomEmail(plane.as(keyActor(key.row)), accountId, 'ops@example.test');
    }
    const { created } = await readCredentialReach(plane.operator, leaked.row);
    expect(created.map(({ kind, name, live }) => [kind, name, live])).toEqual([
      ['hook', 'hook.example.test', true],
      ['custom_email', 'ops@example.test', true],
    ]);
    await deleteApiKey(plane.operator, retired.row.id, { compromised: false });
    expect(await states(plane, accountId)).toEqual([true, true]);
    await deleteApiKey(plane.operator, leaked.row.id, { compromised: true });
    expect(await states(plane, accountId)).toEqual([false, true]);
    expect((await listCustomEmails(plane.operator, accountId)).map((row) => row.disabled_at === null)).toEqual([false, true]);
    const after = await readCredentialReach(plane.operator, leaked.row);
    expect(after.created.map(({ live }) => live)).toEqual([false, false]);
    expect(await plane.parts.audit.verify(plane.parts.store.read)).toMatchObject({ ok: true });
  });
});
