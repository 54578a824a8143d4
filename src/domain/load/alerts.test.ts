import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import { createAlerts, type Alerts } from './alerts.ts';

const minute = 60_000;
const hour = 60 * minute;

interface Alerting {
  readonly alerts: Alerts;
  readonly logged: string[];
  readonly told: number[];
  /** Subject and whether it lasts, oldest first. */
  all(): Promise<[string, 'open' | 'cleared'][]>;
  fail(type: string, at: number, stream?: { sourceId?: number; table?: string; destinationId?: number }): Promise<void>;
  load(at: number, stream?: { sourceId?: number; table?: string; destinationId?: number }): Promise<void>;
  restarted(): Alerting;
}

async function createAlerting(): Promise<Alerting> {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const { store } = plane.parts;
  const logged: string[] = [];
  const told: number[] = [];
  const note = (_fields: object, message: string): void => void logged.push(message);
  const make = (): Alerting => {
    const alerts = createAlerts({ store, log: { info: note, warn: note, error: note }, onDestination: (id) => void told.push(id) });
    const stream = { sourceId: 7, table: 't', destinationId: 5 };
    return {
      alerts,
      logged,
      told,
      all: async () =>
        (await store.read.selectFrom('alert').selectAll().orderBy('id').execute()).map((row) => [
          row.subject,
          row.cleared_at === null ? 'open' : 'cleared',
        ]),
      fail: (type, failedAt, change = {}) => alerts.failed({ ...stream, ...change, accountId, type, message: `it is ${type}`, failedAt }),
      load: (finishedAt, change = {}) => alerts.loaded({ ...stream, ...change, finishedAt }),
      restarted: make,
    };
  };
  return make();
}

describe('alerts', () => {
  it('are raised once per outage of a destination, not once per attempt, and cleared by the next load', async () => {
    const alerting = await createAlerting();
    for (let at = 0; at < 7 * 24 * hour; at += hour) {
      await alerting.fail('destination_unusable', at);
      await alerting.fail('destination_unusable', at, { sourceId: 8, table: 'u' });
    }
    expect(await alerting.all()).toEqual([['destination:5', 'open']]);
    expect(alerting.logged).toEqual(['alert raised']);
    expect(alerting.told).toEqual([5]);
    await alerting.load(7 * 24 * hour);
    await alerting.load(7 * 24 * hour + 1, { sourceId: 8, table: 'u' });
    expect(await alerting.all()).toEqual([['destination:5', 'cleared']]);
    expect(alerting.logged).toEqual(['alert raised', 'alert cleared']);
    expect(alerting.told).toEqual([5, 5]);
    await alerting.fail('destination_unusable', 8 * 24 * hour);
    expect(await alerting.all()).toEqual([
      ['destination:5', 'cleared'],
      ['destination:5', 'open'],
    ]);
  });

  it('wait ten minutes with what may pass by itself', async () => {
    const alerting = await createAlerting();
    for (let at = 0; at < 10; at += 1) await alerting.fail('transient', at * minute);
    expect(await alerting.all()).toEqual([]);
    await alerting.load(10 * minute);
    for (let at = 11; at < 21; at += 1) await alerting.fail('transient', at * minute);
    expect(await alerting.all()).toEqual([]);
    await alerting.fail('transient', 21 * minute);
    expect(await alerting.all()).toEqual([['destination:5', 'open']]);
  });

  it('are about the table when others load into the destination meanwhile', async () => {
    const alerting = await createAlerting();
    for (let at = 0; at <= 30; at += 1) {
      await alerting.fail('transient', at * minute);
      await alerting.load(at * minute + 1, { sourceId: 8 });
    }
    expect(await alerting.all()).toEqual([['table:7/t', 'open']]);
    await alerting.load(31 * minute);
    expect(await alerting.all()).toEqual([['table:7/t', 'cleared']]);
  });

  it('are raised at once for a table that stopped and for a source whose ledger does not fit', async () => {
    const alerting = await createAlerting();
    await alerting.fail('table_stopped', 1);
    await alerting.fail('table_stopped', 1, { table: 'u' });
    await alerting.fail('ledger_mismatch', 2, { sourceId: 8 });
    expect(await alerting.all()).toEqual([
      ['table:7/t', 'open'],
      ['table:7/u', 'open'],
      ['source:8', 'open'],
    ]);
    await alerting.load(3, { table: 'u' });
    await alerting.load(4, { sourceId: 8 });
    expect(await alerting.all()).toEqual([
      ['table:7/t', 'open'],
      ['table:7/u', 'cleared'],
      ['source:8', 'cleared'],
    ]);
    expect(alerting.told).toEqual([]);
  });

  it('last over a restart without being raised again', async () => {
    const alerting = await createAlerting();
    await alerting.fail('destination_unusable', 1);
    const later = alerting.restarted();
    await later.fail('destination_unusable', 2);
    expect(await later.all()).toEqual([['destination:5', 'open']]);
    await alerting.restarted().load(3);
    expect(await later.all()).toEqual([['destination:5', 'cleared']]);
  });

  it('are cleared by a check that finds the destination usable', async () => {
    const alerting = await createAlerting();
    await alerting.fail('destination_unusable', 1);
    await alerting.fail('table_stopped', 1);
    await alerting.alerts.recovered(5, 2);
    expect(await alerting.all()).toEqual([
      ['destination:5', 'cleared'],
      ['table:7/t', 'open'],
    ]);
  });
});
