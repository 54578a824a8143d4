import { expect, it } from 'vitest';
import { createTestSource, send, startTestApp } from '../support/test-app.ts';

it('a stop does not wait for a long query, which is told so', async () => {
  const system = await startTestApp();
  const source = await createTestSource(system);
  await send(system.url, 'POST', '/v2/import/batch', {
    token: source.token,
    body: { table_name: 'rows', schema: {}, messages: [{ action: 'upsert', sequence: 1, data: { id: 1 } }] },
  });
  await system.app.drain();
  const query = system.query('SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000000000) b').then(
    () => 'answered',
    (error: unknown) => String(error),
  );
  // Answered by the same thread after the long query has begun.
  await system.operator.call('GET', '/status');
  const stoppedAt = performance.now();
  await system.stop();
  expect(performance.now() - stoppedAt).toBeLessThan(5000);
  expect(await query).toContain('stop');
});
