/** prefect-stitch from PyPI (connect-api.md §13), changed in nothing but its base URL. It can only start a job. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectPrograms, startConnectSystem, type ConnectSystem } from './connect-system.ts';
import { describeClient } from './run-client.ts';

describeClient(
  'prefect-stitch',
  () => {
    let system: ConnectSystem;
    beforeAll(async () => {
      system = await startConnectSystem();
    });
    afterAll(() => system.stop());
    const program = 'prefect-stitch-programs.py';

    it('reads why a job cannot be started from the documented answers, with 400 and with 200', async () => {
      const { createPulledSource, discover, selectOrders, leaveRunningJob, source } = system;
      const [empty, running] = [await createPulledSource('Empty'), await createPulledSource('Running')];
      const chosen = await createPulledSource('Chosen');
      await discover(chosen);
      await selectOrders(chosen);
      leaveRunningJob(running);

      const answers = await connectPrograms(system, 'prefect', program)('sync', [chosen, empty, running, source.sourceId, 999_999]);
      const told = (text: string): unknown => expect.stringMatching(`^Stitch API responded with error: .*${text}`);
      expect(answers).toEqual([
        told('cannot run the tap of platform.hp-postgres'),
        told('not fully configured'),
        told(`runs already for client ${source.accountId}, source ${running}`),
        told('nothing to extract'),
        told('Cannot find source 999999'),
      ]);
      expect(system.store('SELECT source_id FROM job')).toEqual([{ source_id: running }]);
    });

    it('is refused without a valid key', async () => {
      const source = { ...system.source, apiKey: system.source.token };
      const answers = await connectPrograms({ ...system, source }, 'prefect', program)('sync', [source.sourceId]);
      expect(answers).toEqual(['There was an error while calling Stitch API: Unauthorized']);
    });
  },
  'prefect',
);
