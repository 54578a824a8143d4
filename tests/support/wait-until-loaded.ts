import { setTimeout as delay } from 'node:timers/promises';
import type { OperatorClient } from '../../src/cli/operator-client.ts';

/** Waits until the server's buffer holds nothing more to load; fails after `timeoutMs` with what still waits, and why. */
export async function waitUntilLoaded(operator: OperatorClient, timeoutMs = 120_000): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const { backlog, streams } = await operator.call('GET', '/status');
    if (Array.isArray(backlog) && backlog.length === 0) return;
    if (performance.now() > endsAt) throw new Error(`After ${timeoutMs} ms this waits: ${JSON.stringify({ backlog, streams }, null, 2)}`);
    await delay(50);
  }
}

/** Polls a condition; fails with its last state after `timeoutMs`. */
export async function waitFor(condition: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`The condition did not come true within ${timeoutMs} ms: ${condition.toString()}`);
    await delay(50);
  }
}

/** Resolves when each table had a load that began after `since`, in milliseconds since the epoch. */
export async function waitForLoadsSince(operator: OperatorClient, since: number, tables: readonly string[]): Promise<void> {
  await waitFor(async () => {
    const { loads } = (await operator.call('GET', '/status')) as { loads: { table: string; finished_at: string; duration_ms: number }[] };
    const began = (table: string): boolean =>
      loads.some((load) => load.table === table && Date.parse(load.finished_at) - load.duration_ms > since);
    return tables.every(began);
  });
}
