import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import type { Store } from '../../store/database.ts';
import { createApiKey } from '../api-key/create.ts';
import { disableApiKey } from '../api-key/disable.ts';
import { createSource } from '../source/create.ts';
import { createReceivedLog } from '../source/received-log.ts';
import { pruneUses } from './prune-uses.ts';
import { readCredentialReach } from './reach.ts';
import { createUsageWriter } from './usage-writer.ts';

describe('the usage writer', () => {
  it('writes the last use and the last denied use, and everything pending when it stops', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const { row, token } = await createApiKey(plane.operator, { accountId, description: '' });
    const writer = createUsageWriter({
      registry: plane.registry,
      received: createReceivedLog({ now: () => plane.clock.now }),
      store: plane.parts.store,
      everyMs: 60_000,
      log: { warn: () => undefined },
    });
    writer.start();
    const stored = () =>
      plane.parts.store.read
        .selectFrom('credential')
        .select(['last_used_at', 'last_used_address', 'last_used_agent', 'last_used_endpoint', 'last_denied_at', 'last_denied_reason'])
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow();
    plane.verify(token);
    const firstUse = plane.clock.now;
    await writer.flush();
    expect(await stored()).toEqual({
      last_used_at: firstUse,
      last_used_address: '192.0.2.9',
      last_used_agent: 'test',
      last_used_endpoint: 'test',
      last_denied_at: null,
      last_denied_reason: null,
    });
    plane.clock.now += 500;
    plane.verify(token);
    await disableApiKey(plane.operator, row.id);
    plane.verify(token);
    await writer.flush();
    expect(await stored()).toMatchObject({ last_used_at: firstUse, last_denied_at: null });
    await writer.stop();
    expect(await stored()).toMatchObject({ last_used_at: firstUse + 500, last_denied_at: firstUse + 500, last_denied_reason: 'disabled' });
  });

  it('keeps what could not be written and tries again', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const { token } = await createApiKey(plane.operator, { accountId, description: '' });
    let full = true;
    const store: Store = {
      ...plane.parts.store,
      transaction: (work) => (full ? Promise.reject(new Error('disk full')) : plane.parts.store.transaction(work)),
    };
    const warned: string[] = [];
    const writer = createUsageWriter({
      registry: plane.registry,
      received: createReceivedLog({ now: () => plane.clock.now }),
      store,
      everyMs: 60_000,
      log: { warn: (_fields, message) => void warned.push(message) },
    });
    plane.verify(token);
    await expect(writer.flush()).rejects.toThrow('disk full');
    expect(warned).toHaveLength(1);
    full = false;
    await writer.flush();
    const row = await plane.parts.store.read.selectFrom('credential').select('last_used_at').executeTakeFirstOrThrow();
    expect(row.last_used_at).toBe(plane.clock.now);
  });

  it('writes more than one turn holds when it stops', async () => {
    const plane = await createControlPlane();
    let turns = 0;
    const store: Store = { ...plane.parts.store, transaction: (work) => ((turns += 1), plane.parts.store.transaction(work)) };
    const uses = Array.from({ length: 1200 }, (_, id) => ({
      credentialId: id + 1,
      used: undefined,
      denied: { at: 1, reason: 'disabled' },
      clients: [],
    }));
    const registry = { takeUsage: (max: number) => uses.splice(0, max) };
    const received = createReceivedLog({ now: () => 0 });
    await createUsageWriter({ registry, received, store, everyMs: 60_000, log: { warn: () => undefined } }).stop();
    expect(uses).toEqual([]);
    expect(turns).toBe(3);
  });

  it('adds up the uses of each client by UTC day, and keeps none of their secrets', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const { row, token } = await createApiKey(plane.operator, { accountId, description: '' });
    const { registry, clock } = plane;
    const writer = createUsageWriter({
      registry,
      received: createReceivedLog({ now: () => clock.now }),
      store: plane.parts.store,
      everyMs: 60_000,
      log: { warn: () => undefined },
    });
    const use = (address: string, userAgent: string): void =>
      void registry.verify(token, ['api_key'], { address, userAgent, endpoint: 'GET /v4/sources' });
    use('192.0.2.1', 'curl/8');
    use('192.0.2.1', 'curl/8');
    use('192.0.2.2', `leaky (${token})`);
    await writer.flush();
    clock.now += 20_000;
    use('192.0.2.1', 'curl/8');
    await writer.flush();
    clock.now += 86_400_000;
    for (let client = 0; client < 12; client += 1) use(`198.51.100.${client}`, 'many/1');
    await writer.stop();
    const stored = await plane.parts.store.read.selectFrom('credential_use').selectAll().orderBy('day').orderBy('address').execute();
    expect(stored.slice(0, 2)).toMatchObject([
      { credential_id: row.id, address: '192.0.2.1', agent: 'curl/8', uses: 3, last_at: clock.now - 86_400_000 },
      { address: '192.0.2.2', agent: `leaky (ac_${row.key_id}…)`, uses: 1 },
    ]);
    expect(stored.slice(2).map(({ address, agent, uses }) => [address, agent, uses])).toEqual([
      ['', '(others)', 4],
      ...Array.from({ length: 8 }, (_, client) => [`198.51.100.${client}`, 'many/1', 1]),
    ]);
    expect(await readCredentialReach(plane.operator, row)).toMatchObject({
      recentUses: [{ agent: 'many/1' }, {}, {}, {}, {}, {}, {}, {}, { agent: '(others)' }, { address: '192.0.2.1', uses: 3 }, { uses: 1 }],
      created: [],
    });
    clock.now += 91 * 86_400_000;
    await pruneUses({ store: plane.parts.store, now: () => clock.now, signal: new AbortController().signal });
    expect(await plane.parts.store.read.selectFrom('credential_use').selectAll().execute()).toEqual([]);
  });

  it('writes when sources received something, each once in ten seconds', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const { clock, registry, parts } = plane;
    const received = createReceivedLog({ now: () => clock.now });
    const writer = createUsageWriter({ registry, received, store: parts.store, everyMs: 60_000, log: { warn: () => undefined } });
    const stored = async (): Promise<number | null> =>
      (await parts.store.read.selectFrom('connection_source').select('last_received_at').executeTakeFirstOrThrow()).last_received_at;
    const begin = clock.now;
    received.note(source.id);
    await writer.flush();
    clock.now += 5_000;
    received.note(source.id);
    await writer.flush();
    expect(await stored()).toBe(begin);
    clock.now += 6_000;
    await writer.flush();
    expect(await stored()).toBe(begin + 5_000);
  });
});
