/** pystitchconnect from PyPI (connect-api.md §13), changed in nothing but its base URL. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectPrograms, startConnectSystem, type ConnectSystem } from './connect-system.ts';
import { describeClient } from './run-client.ts';

describeClient(
  'pystitchconnect',
  () => {
    let system: ConnectSystem;
    let sourceId: number;
    beforeAll(async () => {
      system = await startConnectSystem();
      sourceId = await system.createPulledSource('Shop DB');
    });
    afterAll(() => system.stop());
    const run = (program: string, input?: unknown): Promise<unknown> =>
      connectPrograms(system, 'connect', 'pystitchconnect-programs.py')(program, input);
    const refusal = (type: string, message: string): { status: number; body: object } => ({
      status: 400,
      body: { error: { type, message: expect.stringContaining(message) } },
    });

    it('lists destinations and sources, and reads one source', async () => {
      const { connect, source } = system;
      const [destinations, sources] = [await connect.call('listDestinations', {}), await connect.call('listSources', {})];
      expect([destinations.length, sources.map(({ id }) => id)]).toEqual([1, [source.sourceId, sourceId]]);
      expect(await run('lists')).toEqual({ destinations, sources });
      expect(await run('source', sourceId)).toEqual(sources[1]);
    });

    it('is told that a source without a chosen stream cannot be synchronized', async () => {
      expect(await run('sync', sourceId)).toEqual(refusal('generic', 'not fully configured'));
      expect(await run('sync', system.source.sourceId)).toEqual(refusal('invalid_source', 'nothing to extract'));
    });

    it('lists the streams of an uploaded catalog with their schemas', async () => {
      await system.discover(sourceId);
      const params = { source_id: sourceId };
      const streams = await system.connect.call('listStreams', { params });
      const schemas = [];
      for (const { stream_id } of streams) schemas.push(await system.connect.call('getStream', { params: { ...params, stream_id } }));
      expect(await run('streams', sourceId)).toEqual({ streams, schemas });
      expect(streams.map(({ stream_name }) => stream_name)).toEqual(['contacts', 'orders', 'totals']);
    });

    it('is told that no tap can be run, and of a job that runs already', async () => {
      await system.selectOrders(sourceId);
      expect(await run('sync', sourceId)).toEqual(refusal('generic', 'cannot run the tap'));
      system.leaveRunningJob(sourceId);
      expect(await run('sync', sourceId)).toEqual(refusal('already_running', 'runs already').body);
      expect(system.store('SELECT count(*) AS jobs FROM job WHERE source_id = ?', sourceId)).toEqual([{ jobs: 1 }]);
    });
  },
  'connect',
);
