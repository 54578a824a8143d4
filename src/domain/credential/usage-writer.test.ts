import { describe, expect, it } from 'vitest';
import { createControlPlane } from '../../../tests/support/control-plane.ts';
import type { Store } from '../../store/database.ts';
import { createApiKey } from '../api-key/create.ts';
import { disableApiKey } from '../api-key/disable.ts';
import { createUsageWriter } from './usage-writer.ts';

describe('the usage writer', () => {
  it('writes the last use and the last denied use, and everything pending when it stops', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const { row, token } = await createApiKey(plane.operator, { accountId, description: '' });
    const writer = createUsageWriter({
      registry: plane.registry,
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
    }));
    const registry = { takeUsage: (max: number) => uses.splice(0, max) };
    await createUsageWriter({ registry, store, everyMs: 60_000, log: { warn: () => undefined } }).stop();
    expect(uses).toEqual([]);
    expect(turns).toBe(3);
  });
});
