/** Another process holds the warehouse file: it is shown, waited out, nothing is lost, and a source over its share harms no neighbour. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';
import { holdWarehouse, type WarehouseHolder } from '../support/warehouse-holder.ts';

const mebibyte = 2 ** 20;
let system: TestApp;
let source: TestSource;
let holder: WarehouseHolder;

const push = async (to: TestSource, id: number, pad = ''): Promise<number> => {
  const body = { table_name: 'rows', schema: {}, key_names: ['id'], messages: [{ action: 'upsert', sequence: id, data: { id, pad } }] };
  return (await send(system.url, 'POST', '/v2/import/batch', { token: to.token, body })).status;
};

beforeEach(async () => {
  system = await startTestApp();
  source = await createTestSource(system);
  expect(await push(source, 1)).toBe(201);
  await system.app.drain();
  await system.app.stop();
  holder = await holdWarehouse(system.dataDirectory);
  system = await startTestApp({
    dataDirectory: system.dataDirectory,
    configure: (config) => ({ ...config, buffer: { ...config.buffer, maxBytes: 16 * mebibyte, maxBytesPerSource: 4 * mebibyte } }),
  });
});
afterEach(async () => {
  await holder.letGo();
  await system.stop();
});

it('loads wait while another process holds the warehouse, and go on when it lets go', async () => {
  expect(await push(source, 2)).toBe(201);
  await waitFor(async () => JSON.stringify(await system.operator.call('GET', '/status')).includes(`opened by process ${holder.pid}`));
  await holder.letGo();
  await waitUntilLoaded(system.operator);
  expect(await system.query('SELECT id FROM shop.rows ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
});

it('a source over its share of the buffer gets 503 while its neighbour is served; both load everything they were told was accepted', async () => {
  const neighbour = await createTestSource(system, 'Neighbour');
  let accepted = 1;
  for (let status = 201; status === 201;) {
    status = await push(source, accepted + 1, 'x'.repeat(mebibyte));
    if (status === 201) accepted += 1;
    else expect(status).toBe(503);
  }
  expect(accepted).toBe(4);
  for (let id = 1; id <= 20; id += 1) expect(await push(neighbour, id)).toBe(201);
  await holder.letGo();
  await waitUntilLoaded(system.operator);
  expect(await system.query('SELECT count(*) AS n FROM shop.rows', source.accountId)).toEqual([{ n: accepted }]);
  expect(await system.query('SELECT count(*) AS n FROM neighbour.rows', neighbour.accountId)).toEqual([{ n: 20 }]);
  expect(await push(source, accepted + 1)).toBe(201);
});
