import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import { createSchema } from '../../../tests/support/sink-fixture.ts';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { TableInput } from '../../../tests/support/sink-plans.ts';
import { mountSmallDisk } from '../../../tests/support/small-disk.ts';
import { TransientError } from '../errors.ts';
import type { LoadPlan } from '../sink.ts';

it('waits out a full disk: nothing is half loaded, and loading goes on when there is room', { timeout: 60_000 }, async ({ skip }) => {
  const disk = mountSmallDisk(32);
  if (disk === undefined) return skip();
  const server = await startPostgres();
  const destination = await createDestination(server);
  try {
    chownSync(disk.directory, 65_534, 65_534);
    await server.query(`CREATE TABLESPACE small LOCATION '${disk.directory}'`);
    await server.query('GRANT CREATE ON TABLESPACE small TO loader; ALTER ROLE loader SET default_tablespace = small');
    const table = (position: number): TableInput => ({
      table: 'items',
      keyColumns: ['id'],
      columns: [
        ['id', 'bigint'],
        ['text', 'string'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: Array.from({ length: 4000 }, (_, index) => [BigInt(position * 2000 + index), `text ${index} of ${position}`, BigInt(position)]),
    });
    const plan = (position: number): LoadPlan =>
      loadPlan({
        ddl: position === 1 ? [createSchema, createTable(table(1))] : [],
        tables: [table(position)],
        expected: position === 1 ? undefined : position - 1,
        position,
      });
    const count = async (): Promise<unknown> => (await destination.query('SELECT count(*)::int AS n FROM shop.items'))[0]?.['n'];
    await destination.sink.load(plan(1));
    const filler = join(disk.directory, 'filler');
    // Nearly everything: the next load finds no place for its rows.
    for (let mebibytes = 31; mebibytes > 0; mebibytes -= 1) {
      try {
        writeFileSync(filler, Buffer.alloc(mebibytes * 2 ** 20));
        break;
      } catch {
        rmSync(filler, { force: true });
      }
    }
    const failure = (async () => {
      for (let position = 2; position < 40; position += 1) await destination.sink.load(plan(position));
    })();
    await expect(failure).rejects.toThrow(TransientError);
    await expect(failure).rejects.toThrow('No space left on device');
    const position = (await destination.sink.readLedger(plan(1).ledger.key))?.position ?? 0;
    expect(await count()).toBe(2000 + 2000 * position);
    rmSync(filler);
    await destination.sink.load(plan(position + 1));
    expect(await count()).toBe(4000 + 2000 * position);
  } finally {
    await server.query('ALTER ROLE loader RESET ALL');
    await destination.dispose();
    await server.query('DROP TABLESPACE IF EXISTS small');
    await server.stop();
    disk.unmount();
  }
});
