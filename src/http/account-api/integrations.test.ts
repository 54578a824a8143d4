import { expect, it } from 'vitest';
import { codeOf, createAccountServer } from '../../../tests/support/account-server.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { setAccountHold } from '../../domain/account/set-hold.ts';
import { recordLoad, recordLoadFailure } from '../../domain/load/record.ts';
import { insertAlert } from '../../store/queries/alert.ts';

const day = 86_400_000;

describeStores('integrations', (engine) => {
  it('preview the schema name as it will be, and say why it cannot be', async () => {
    const { ann } = await createAccountServer({ store: await engine.temporaryStore() });
    const preview = async (display_name: string, name?: string): Promise<unknown[]> => {
      const { body } = await ann.call('POST', '/sources/name-previews', { display_name, ...(name === undefined ? {} : { name }) });
      return [body['name'], body['problem']];
    };
    expect(await preview('test iapi')).toEqual(['test_iapi', null]);
    expect(await preview('Close.io')).toEqual(['closeio', null]);
    expect(await preview('####')).toEqual(['', 'A name needs at least one letter from a to z.']);
    expect(await preview('7 days')).toEqual(['7_days', 'A schema name begins with a letter or an underscore.']);
    expect(await preview('x'.repeat(50))).toEqual(['x'.repeat(50), 'A schema name has fewer than 50 characters.']);
    expect(await preview('Shop', 'My-Shop')).toEqual([
      'My-Shop',
      'A schema name has only lowercase letters from a to z, digits, underscores and dollar signs.',
    ]);
    expect(await preview('pg catalog')).toEqual(['pg_catalog', 'The name pg_catalog is reserved.']);
    const made = await ann.call('POST', '/sources', { type: 'import_api', display_name: 'test iapi' });
    expect(made.body).toMatchObject({ name: 'test_iapi', display_name: 'test iapi', status: 'active', active_tokens: 0 });
    expect(await preview('Test-IAPI')).toEqual(['test_iapi', 'The integration test iapi uses the schema test_iapi already.']);
    expect(codeOf(await ann.call('POST', '/sources', { type: 'import_api', display_name: 'Test-IAPI' }))).toBe('409 invalid_name');
    expect(codeOf(await ann.call('POST', '/sources', { type: 'import_api', display_name: '####' }))).toBe('400 invalid_display_name');
    expect(codeOf(await ann.call('POST', '/sources', { type: 'mysql', display_name: 'Shop' }))).toBe('400 invalid_type');
  });

  it('keep their schema when renamed, pause and resume, and are held without a destination', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane, accountId, destinationId } = server;
    const { body } = await ann.call('POST', '/sources', { type: 'import_api', display_name: 'Shop' });
    const path = `/sources/${Number(body['id'])}`;
    expect((await ann.call('PUT', path, { display_name: 'Store' })).body).toMatchObject({ display_name: 'Store', name: 'shop' });
    expect((await ann.call('PUT', path, { paused: true })).body).toMatchObject({ status: 'paused', display_name: 'Store' });
    expect((await ann.call('PUT', path, { paused: true })).body).toMatchObject({ status: 'paused' });
    expect((await ann.call('PUT', path, { paused: false })).body).toMatchObject({ status: 'active', status_reason: null });
    const held = await ann.call('PUT', path, { destination_id: null });
    expect(held.body).toMatchObject({
      status: 'held',
      status_reason: 'It has no destination; what it receives is kept until it gets one.',
    });
    expect((await ann.call('PUT', path, { destination_id: destinationId })).body).toMatchObject({ status: 'active' });
    await plane.parts.store.transaction((tx) =>
      insertAlert(tx, {
        account_id: accountId,
        kind: 'destination_down',
        subject: `destination:${destinationId}`,
        message: 'connection refused',
        raised_at: plane.clock.now,
        cleared_at: null,
      }),
    );
    expect((await ann.call('GET', path)).body).toMatchObject({ status: 'held', status_reason: 'connection refused' });
    await setAccountHold(plane.operator, accountId, true);
    expect((await ann.call('GET', '/sources')).body).toMatchObject([{ status_reason: 'The account is on hold.' }]);
    expect(codeOf(await ann.call('DELETE', path))).toBe('204');
    expect((await ann.call('GET', '/sources')).body).toEqual([]);
    expect(codeOf(await ann.call('GET', path))).toBe('404 invalid_id');
  });

  it('tell what was received, what waits, and what was loaded by day, table and load', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane, accountId } = server;
    const make = async (display_name: string): Promise<number> =>
      Number((await ann.call('POST', '/sources', { type: 'import_api', display_name })).body['id']);
    const [shop, other] = [await make('Shop'), await make('Other')];
    const { store } = plane.parts;
    const today = Math.floor(plane.clock.now / day) * day;
    const load = {
      loadId: 'load-1',
      sourceId: shop,
      table: 'orders',
      position: 1,
      destinationId: 1,
      startedAt: today,
      batchedAt: today,
      finishedAt: today + 1000,
      loaded: { orders: 10, orders__lines: 20 },
      counts: { received: 10, rejected: 0, superseded: 0, replacedSurrogates: 0 },
      bookmarks: { updated_at: '2031-01-01' },
      newVersion: false,
      versions: undefined,
    };
    await recordLoad(store, load);
    await recordLoad(store, load);
    await recordLoad(store, { ...load, loadId: 'load-2', table: 'users', loaded: { users: 5 }, finishedAt: today + 2000, bookmarks: {} });
    await recordLoad(store, { ...load, loadId: 'load-3', loaded: { orders: 5 }, finishedAt: today - 3 * day });
    await recordLoad(store, { ...load, loadId: 'load-4', loaded: { orders: 999 }, finishedAt: today - 30 * day });
    await recordLoad(store, { ...load, loadId: 'load-5', sourceId: other, loaded: { orders: 60 } });
    await recordLoadFailure(store, { sourceId: shop, table: 'users', type: 'transient', message: 'disk full', failedAt: today + 3000 });
    server.waiting.set(shop, 4096);
    server.received.set(shop, today + 5000);
    const summary = await ann.call('GET', `/sources/${shop}/summary`);
    expect(summary.body).toMatchObject({
      integration: { id: shop, rows_this_period: 40 },
      last_received_at: new Date(today + 5000).toISOString(),
      waiting_bytes: 4096,
      rows_today: 35,
      rows_this_period: 40,
      percent_of_account: 40,
      last_table: { at: new Date(today + 2000).toISOString() },
    });
    const days = summary.body['days'] as { day: string; rows: number }[];
    expect(days).toHaveLength(30);
    expect([days.at(-1)?.rows, days.at(-4)?.rows, days[0]?.rows]).toEqual([35, 5, 0]);
    const { body: usage } = await ann.call('GET', '/usage');
    expect(usage['period']).toEqual({ from: days[0]?.day, to: days.at(-1)?.day, rows: 100, limit: null });
    expect(usage['sources']).toEqual([
      { source_id: other, display_name: 'Other', rows: 60 },
      { source_id: shop, display_name: 'Shop', rows: 40 },
    ]);
    const { body: loading } = await ann.call('GET', `/sources/${shop}/loads`);
    expect(loading['tables']).toMatchObject([
      { table: 'orders', error: null, rows: 30 },
      { table: 'users', error: 'disk full', rows: 5, bookmarks: {} },
    ]);
    expect((loading['loads'] as { load_id: string }[]).map((one) => one.load_id)).toEqual(['load-4', 'load-3', 'load-2', 'load-1']);
    const { body: users } = await ann.call('GET', `/sources/${shop}/loads?table=users`);
    expect((users['loads'] as { load_id: string }[]).map((one) => one.load_id)).toEqual(['load-2']);
    const eve = await server.join('eve@example.com', (await plane.account()).accountId);
    expect(accountId).toBeGreaterThan(0);
    for (const path of ['', '/summary', '/loads']) expect(codeOf(await eve.call('GET', `/sources/${shop}${path}`))).toBe('404 invalid_id');
    expect((await eve.call('GET', '/usage')).body['sources']).toEqual([]);
  });
});
