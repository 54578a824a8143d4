import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { TableInput } from '../../../tests/support/sink-plans.ts';
import { TransientError } from '../errors.ts';
import { createDuckDbSink } from './duckdb-sink.ts';

/** A small file system of its own, or the reason why there is none. */
async function mountSmallDisk(): Promise<{ directory: string; unmount(): Promise<void> } | string> {
  const directory = await mkdtemp(join(tmpdir(), 'thimble-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    await rm(directory, { recursive: true });
    return `a tmpfs cannot be mounted here (${String((error as { stderr?: Buffer }).stderr ?? error).trim()})`;
  }
  return {
    directory,
    async unmount() {
      execFileSync('umount', [directory]);
      await rm(directory, { recursive: true });
    },
  };
}

it('waits out a full disk: nothing is half loaded, and loading goes on when there is room', async ({ skip }) => {
  const disk = await mountSmallDisk();
  if (typeof disk === 'string') {
    if (process.env['CI'] !== undefined) throw new Error(`This test must run in CI: ${disk}`);
    return skip(disk);
  }
  const sink = createDuckDbSink({ file: join(disk.directory, 'warehouse.duckdb') });
  try {
    const filler = join(disk.directory, 'filler');
    const table = (position: number): TableInput => ({
      table: 'items',
      keyColumns: ['id'],
      columns: [
        ['id', 'bigint'],
        ['text', 'string'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: Array.from({ length: 4000 }, (_, index) => [
        BigInt(position * 2000 + index),
        `${position} ${Math.sin(index)} ${Math.cos(index * position)}`,
        BigInt(position),
      ]),
    });
    const plan = (position: number) =>
      loadPlan({
        ddl: position === 1 ? [{ kind: 'create-schema' }, createTable(table(1))] : [],
        tables: [table(position)],
        expected: position === 1 ? undefined : position - 1,
        position,
      });
    const { key } = plan(1).ledger;
    const state = async (): Promise<unknown> =>
      JSON.parse(
        new TextDecoder().decode(
          (await sink.query('SELECT count(*) c, count(DISTINCT id) ids, max(_sdc_sequence) s FROM shop.items')).json,
        ),
      );

    await sink.load(plan(1));
    for (let position = 2; position <= 5; position += 1) {
      await fill(filler);
      const failure = await sink.load(plan(position)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TransientError);
      expect((failure as Error).message).toBe('The disk of the warehouse is full.');
      await rm(filler);
      expect((await sink.readLedger(key))?.position).toBe(position - 1);
      expect(await state()).toEqual([{ c: 2000 * position, ids: 2000 * position, s: position - 1 }]);
      await sink.load(plan(position));
      expect(await state()).toEqual([{ c: 2000 * (position + 1), ids: 2000 * (position + 1), s: position }]);
    }
    const failure = await sink.query('SELECT 1').then(() => undefined);
    expect(failure).toBeUndefined();
  } finally {
    await sink.close();
    await disk.unmount();
  }
}, 60_000);

/** Writes until nothing more fits. */
async function fill(path: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const size of [1 << 20, 4096]) {
      const block = Buffer.alloc(size, 1);
      while (
        await handle.write(block).then(
          ({ bytesWritten }) => bytesWritten === size,
          () => false,
        )
      )
        continue;
    }
  } finally {
    await handle.close();
  }
}
