import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BufferedBatch } from '../../src/buffer/buffer.ts';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { claimAll, drainStream } from '../support/buffer-steps.ts';
import { readFaultFlags } from '../support/fault-flags.ts';
import { digestOf, payloadOf } from '../support/payload.ts';
import { createRandom } from '../support/random.ts';
import { killSizes } from '../support/buffer-kill-sizes.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const child = fileURLToPath(new URL('../support/buffer-kill-child.ts', import.meta.url));
const { rounds, seed } = readFaultFlags({ rounds: 8 });

interface Witness {
  /** Position by number of every append whose success was printed. */
  readonly stored: Map<number, number>;
  /** Highest position an acknowledgement was asked for, and confirmed for. */
  asked: number;
  confirmed: number;
}

/** Runs the child and kills it after `lines` lines, at whatever it does then. */
async function appendUntilKilled(directory: string, first: number, seed: number, lines: number, witness: Witness): Promise<void> {
  const run = spawn(process.execPath, [child, directory, String(first), String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => run.on('close', (_, signal) => resolve(signal)));
  let seen = 0;
  for await (const line of createInterface({ input: run.stdout })) {
    const [word, ...numbers] = line.split(' ');
    const [one = 0, two = 0] = numbers.map(Number);
    if (word === 'stored') witness.stored.set(one, two);
    else if (word === 'acking') witness.asked = one;
    else if (word === 'acked') witness.confirmed = one;
    seen += 1;
    if (seen === lines) run.kill('SIGKILL');
  }
  expect(await closed).toBe('SIGKILL');
}

function checkBatches(table: string, batches: readonly BufferedBatch[]): void {
  const numbers = batches.map(({ records }) => records);
  expect(new Set(numbers).size).toBe(numbers.length);
  const positions = batches.map(({ position }) => position);
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
  for (const { records, receivedAt, payload } of batches) {
    expect([receivedAt, digestOf(payload)]).toEqual([records, digestOf(payloadOf(records, killSizes(table, records)))]);
  }
}

describe('the embedded buffer, killed', () => {
  it(
    `loses nothing acknowledged, repeats nothing and keeps the order over ${rounds} kills (seed ${seed})`,
    { timeout: 30_000 + rounds * 5_000 },
    async () => {
      const directory = temporaryDirectory();
      const witness: Witness = { stored: new Map(), asked: 0, confirmed: 0 };
      const random = createRandom(seed);
      let first = 1;
      let head = 0;
      let acknowledged = 0;
      for (let round = 0; round < rounds; round += 1) {
        await appendUntilKilled(directory, first, round, 1 + Math.floor(random() * 1_500), witness);
        const buffer = await createEmbeddedBuffer({ directory, maxBytes: 1e9, segmentBytes: 512 * 1024 });
        const positions = [...witness.stored.values()];
        acknowledged += positions.length;
        expect(buffer.head).toBeGreaterThanOrEqual(Math.max(head, ...positions));
        head = buffer.head;

        const pending = new Set(buffer.backlog().map(({ table }) => table));
        const kept = pending.has('kept') ? await claimAll(buffer, { sourceId: 1, table: 'kept' }) : undefined;
        const drained = pending.has('drained') ? await claimAll(buffer, { sourceId: 1, table: 'drained' }) : undefined;
        const keptBatches = kept?.batches ?? [];
        const drainedBatches = drained?.batches ?? [];
        checkBatches('kept', keptBatches);
        checkBatches('drained', drainedBatches);

        const keptAt = new Map(keptBatches.map(({ records, position }) => [records, position]));
        const drainedNumbers = new Set(drainedBatches.map(({ records }) => records));
        for (const [number, position] of witness.stored) {
          // The request's second batch has the printed position, the first one the position before it.
          expect(keptAt.get(number)).toBe(position - 1);
          if (position > witness.asked) expect(drainedNumbers.has(number)).toBe(true);
          if (position <= witness.confirmed) expect(drainedNumbers.has(number)).toBe(false);
        }
        // A request is there whole or not at all, printed or not.
        for (const number of drainedNumbers) expect(keptAt.has(number)).toBe(true);
        for (const [number, position] of keptAt) if (position > witness.asked) expect(drainedNumbers.has(number)).toBe(true);

        first = Math.max(first, ...keptAt.keys()) + 1000;
        if (kept !== undefined) buffer.release(kept);
        if (drained !== undefined) buffer.release(drained);
        if (round % 3 === 2) {
          await drainStream(buffer, { sourceId: 1, table: 'kept' });
          await drainStream(buffer, { sourceId: 1, table: 'drained' });
          witness.stored.clear();
          witness.asked = witness.confirmed = head;
        }
        await buffer.close();
      }
      expect(acknowledged).toBeGreaterThan(rounds);
    },
  );
});
