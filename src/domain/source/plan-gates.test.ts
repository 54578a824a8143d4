import { expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { previewPlan } from '../account/preview-plan.ts';
import { setAccountPlan } from '../account/set-plan.ts';
import { createHook } from '../hook/create.ts';
import { setHookEnabled } from '../hook/set-enabled.ts';
import { createSource } from './create.ts';
import { deleteSource } from './delete.ts';
import { getSource } from './get.ts';
import { getSourceType } from './types.ts';
import { updateSource } from './update.ts';

const cron = { cron_expression: '0 0 12 * * ?', frequency_in_minutes: '360' };

it('pauses sources that run by cron when the plan loses it, and gives them their interval back', async () => {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const ctx = plane.operator;
  const create = (display_name: string, properties?: object): ReturnType<typeof createSource> =>
    createSource(ctx, accountId, { type: 'platform.mssql', display_name, ...(properties ? { properties: { ...properties } } : {}) });
  const byCron = await create('cron', cron);
  const byInterval = await create('interval', { frequency_in_minutes: '360' });
  expect(await setAccountPlan(ctx, accountId, 'advanced')).toMatchObject({ pausedSources: 0 });
  expect(await setAccountPlan(ctx, accountId, 'standard')).toMatchObject({ pausedSources: 1 });
  const read = async (id: number): Promise<object> => {
    const { system_paused_at, paused_at, properties } = await getSource(ctx, accountId, id);
    return { system_paused_at, paused_at, ...(JSON.parse(properties) as object) };
  };
  expect(await read(byCron.id)).toMatchObject({
    system_paused_at: '2031-04-02T08:59:01Z',
    paused_at: null,
    cron_expression: null,
    frequency_in_minutes: '60',
  });
  expect(await read(byInterval.id)).toMatchObject({ system_paused_at: null, frequency_in_minutes: '360' });

  // Neither another change nor the better plan ends the pause; a member does.
  await updateSource(ctx, accountId, byCron.id, { display_name: 'Renamed' });
  await setAccountPlan(ctx, accountId, 'premium');
  expect(await read(byCron.id)).toMatchObject({ system_paused_at: '2031-04-02T08:59:01Z' });
  await updateSource(ctx, accountId, byCron.id, { paused_at: null });
  expect(await read(byCron.id)).toMatchObject({ system_paused_at: null });
});

it('counts the hooks and the cron sources that a change of plan would stop, and no others', async () => {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const ctx = plane.operator;
  const hook = (): ReturnType<typeof createHook> =>
    createHook(ctx, accountId, { destinationId: undefined, url: 'https://hook.example.test/' }, async () => '93.184.215.14');
  await hook();
  await setHookEnabled(ctx, accountId, (await hook()).row.id, false);
  await createSource(ctx, accountId, { type: 'platform.mssql', display_name: 'cron', properties: { ...cron } });
  await createSource(ctx, accountId, { type: 'platform.mssql', display_name: 'interval' });
  const deleted = await createSource(ctx, accountId, { type: 'platform.mssql', display_name: 'deleted', properties: { ...cron } });
  await deleteSource(ctx, accountId, deleted.id);
  expect(await previewPlan(ctx, accountId, 'standard')).toMatchObject({ disablesHooks: 1, pausesSources: 1 });
  expect(await previewPlan(ctx, accountId, 'advanced')).toMatchObject({ disablesHooks: 0, pausesSources: 0 });
  await setAccountPlan(ctx, accountId, 'standard');
  expect(await previewPlan(ctx, accountId, 'standard')).toMatchObject({ disablesHooks: 0, pausesSources: 0 });
});

it('denies cron, enterprise types and an eleventh type of source to a plan without them', async () => {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const ctx = plane.operator;
  await setAccountPlan(ctx, accountId, 'standard');
  const denied = { code: 'access_denied' };
  const create = (type: string, properties = {}): ReturnType<typeof createSource> =>
    createSource(ctx, accountId, { type, display_name: `${type} ${names++}`, properties });
  let names = 0;
  await expect(create('platform.mssql', cron)).rejects.toMatchObject(denied);
  await expect(create('platform.mssql', { cron_expression: 'nonsense' })).rejects.toMatchObject(denied);
  await expect(create('platform.oracle')).rejects.toMatchObject(denied);
  expect(await getSourceType(ctx, accountId, 'platform.oracle')).toMatchObject({ details: { access: false, pricing_tier: 'enterprise' } });
  const { id } = await create('platform.mssql');
  await expect(updateSource(ctx, accountId, id, { properties: cron })).rejects.toMatchObject(denied);
  const others = ['db2', 'mongodb', 'dynamodb', 'sftp', 'github', 'hubspot', 'shopify', 'stripe', 'facebook'];
  for (const name of others) await create(`platform.${name}`);
  await expect(create('import_api')).rejects.toMatchObject(denied);
  await create('platform.mssql');
  await setAccountPlan(ctx, accountId, 'premium');
  await create('import_api');
  await create('platform.oracle', cron);
});
