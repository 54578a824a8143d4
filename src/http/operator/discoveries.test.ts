import { createSecretKey } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { insertPulledSource, shopCatalog } from '../../../tests/support/pulled-source.ts';
import { testPeople } from '../../../tests/support/test-people.ts';
import { listStreams } from '../../store/queries/stream.ts';
import { createOperatorServer } from './server.ts';

const unused = async (): Promise<never> => {
  throw new Error('not asked for');
};

it('takes catalogs far larger than other bodies, and says what is wrong with one', async () => {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const sourceId = await insertPulledSource(plane, accountId);
  const server = await createOperatorServer({
    parts: plane.parts,
    people: testPeople(),
    warehouseDirectory: plane.directory,
    warehouses: { query: unused, copy: unused },
    rejects: { list: unused, replay: unused },
    retryLoads: () => [],
    status: unused,
    signingKey: () => createSecretKey(Buffer.alloc(32)),
    noticeKey: () => createSecretKey(Buffer.alloc(32)),
    log: { error: () => undefined, warn: () => undefined },
  });
  const path = join(plane.directory, 's');
  await server.listen({ path, directory: undefined });
  onTestFinished(() => server.close());
  const post = (to: string, catalog: unknown): Promise<{ status: number | undefined; body: unknown }> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: path, method: 'POST', path: to }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as unknown }));
      });
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(catalog));
    });

  const [table] = shopCatalog.streams;
  const streams = Array.from({ length: 3000 }, (_, n) => ({ ...table, tap_stream_id: `s${n}` }));
  expect(JSON.stringify({ streams }).length).toBeGreaterThan(2_000_000);
  const discoveries = `/sources/${sourceId}/discoveries`;
  expect(await post(discoveries, { streams })).toEqual({ status: 200, body: { found: 3000, added: 3000, gone: 0 } });
  expect(await listStreams(plane.parts.store.read, sourceId)).toHaveLength(3000);

  for (const wrong of [[], {}, { streams: {} }, { streams: [{ tap_stream_id: 'x' }] }, { streams: [{ schema: {} }] }]) {
    expect(await post(discoveries, wrong)).toMatchObject({ status: 400, body: { error: 'invalid_body', message: expect.any(String) } });
  }
  expect(await post('/sources/999999/discoveries', shopCatalog)).toMatchObject({ status: 404, body: { error: 'invalid_id' } });
  expect(await listStreams(plane.parts.store.read, sourceId)).toHaveLength(3000);
});
