import { describe, expect, it } from 'vitest';
import { createOpenSinks } from './open-sinks.ts';
import type { LoadDestination } from './thread-messages.ts';

interface Recorded {
  readonly password: string;
  closed: boolean;
  close(): Promise<void>;
}

const close = (sink: Recorded): Promise<void> => sink.close();

function openRecorded(destination: LoadDestination): Recorded {
  const sink: Recorded = {
    password: destination.kind === 'postgres' ? destination.connection.password : '',
    closed: false,
    close: async () => void (sink.closed = true),
  };
  return sink;
}

const destination = (password: string, id = 1): LoadDestination => ({
  id,
  kind: 'postgres',
  connection: { host: 'h', port: 5432, database: 'd', user: 'u', password, tls: 'disable' },
});

describe('the open sinks', () => {
  it('are one per destination while its settings stay', async () => {
    const sinks = createOpenSinks({ open: openRecorded, close });
    expect(await sinks.get(destination('a'))).toBe(await sinks.get(destination('a')));
    expect(await sinks.get(destination('a', 2))).not.toBe(await sinks.get(destination('a')));
  });

  it('are opened anew with changed settings, and the one before closes after its load', async () => {
    const sinks = createOpenSinks({ open: openRecorded, close });
    const load = Promise.withResolvers<void>();
    const before = await sinks.get(destination('old'));
    const loading = sinks.inTurn(destination('old'), () => load.promise);
    const after = await sinks.get(destination('new'));
    expect([before.password, after.password]).toEqual(['old', 'new']);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(before.closed).toBe(false);
    load.resolve();
    await loading;
    while (!before.closed) await new Promise((resolve) => setImmediate(resolve));
    expect(after.closed).toBe(false);
    await sinks.close();
    expect(after.closed).toBe(true);
  });

  it('are closed after their load when their destination was deleted or changed, and kept when it was not', async () => {
    const sinks = createOpenSinks({ open: openRecorded, close });
    const load = Promise.withResolvers<void>();
    const [loading, changed, kept] = await Promise.all([1, 2, 3].map((id) => sinks.get(destination('a', id))));
    const run = sinks.inTurn(destination('a', 1), () => load.promise);
    sinks.retain(1, undefined);
    sinks.retain(2, destination('b', 2));
    sinks.retain(3, destination('a', 3));
    sinks.retain(4, undefined);
    expect([...sinks.all]).toEqual([kept]);
    await expect.poll(() => changed?.closed).toBe(true);
    expect(loading?.closed).toBe(false);
    load.resolve();
    await run;
    await expect.poll(() => loading?.closed).toBe(true);
    expect(kept?.closed).toBe(false);
  });

  it('take loads of one destination one after the other, also after one failed', async () => {
    const sinks = createOpenSinks({ open: openRecorded, close });
    const order: string[] = [];
    const first = sinks.inTurn(destination('a'), async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('first');
      throw new Error('failed');
    });
    const second = sinks.inTurn(destination('a'), async (sink) => order.push(`second with ${sink.password}`));
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['first', 'second with a']);
  });
});
