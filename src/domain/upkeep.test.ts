import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createControlPlane } from '../../tests/support/control-plane.ts';
import type { Store } from '../store/database.ts';
import { insertLoadReport } from '../store/queries/load-report.ts';
import { createSource } from './source/create.ts';
import { createUpkeep } from './upkeep.ts';

const day = 86_400_000;

describe('the upkeep', () => {
  it('logs a head the audit trail verifies against, at the start and again every interval until it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const plane = await createControlPlane();
    await plane.account();
    const heads: unknown[] = [];
    const log = { info: (fields: object) => void heads.push((fields as { head?: unknown }).head), warn: () => undefined };
    const upkeep = createUpkeep({ ...plane.parts, everyMs: 3_600_000, log });
    upkeep.start();
    vi.advanceTimersByTime(2 * 3_600_000);
    while (heads.length < 3) await turn();
    await upkeep.stop();
    expect(vi.getTimerCount()).toBe(0);
    const [seq, mac] = String(heads[0]).split(':');
    expect(await plane.parts.audit.verify(plane.parts.store.read, { seq: Number(seq), mac: String(mac) })).toMatchObject({ ok: true });
    expect(await plane.parts.audit.verify(plane.parts.store.read, { seq: Number(seq), mac: '0'.repeat(64) })).toMatchObject({ ok: false });
  });

  it('deletes load reports older than 60 days, at most 500 in a transaction, and keeps the others', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const { store } = plane.parts;
    const finished = [...Array<number>(1_100).fill(plane.clock.now - 60 * day - 1), plane.clock.now - 60 * day, plane.clock.now];
    await store.transaction(async (tx) => {
      for (const [index, finishedAt] of finished.entries()) {
        await insertLoadReport(tx, {
          load_id: `load-${index}`,
          source_id: source.id,
          table_name: 't',
          started_at: finishedAt,
          finished_at: finishedAt,
          loaded: '{}',
          received: 0,
          rejected: 0,
          replaced_surrogates: 0,
        });
      }
    });
    const count = async (): Promise<number> => (await store.read.selectFrom('load_report').select('seq').execute()).length;
    const left: number[] = [];
    const watched: Store = {
      ...store,
      async transaction(work) {
        const result = await store.transaction(work);
        left.push(await count());
        return result;
      },
    };
    const upkeep = createUpkeep({
      ...plane.parts,
      store: watched,
      everyMs: 3_600_000,
      log: { info: () => undefined, warn: () => undefined },
    });
    upkeep.start();
    while ((await count()) > 2) await turn();
    await upkeep.stop();
    expect(left.slice(0, 3)).toEqual([602, 102, 2]);
  });

  it('says what failed and goes on at the next interval', async () => {
    const plane = await createControlPlane();
    const warned: string[] = [];
    const broken = { ...plane.parts.store, transaction: () => Promise.reject(new Error('disk full')) };
    const log = { info: () => undefined, warn: (_fields: object, message: string) => void warned.push(message) };
    const upkeep = createUpkeep({ ...plane.parts, store: broken, everyMs: 5, log });
    upkeep.start();
    while (warned.length < 2) await turn();
    await upkeep.stop();
    expect(warned[0]).toMatch('upkeep failed');
  });
});
