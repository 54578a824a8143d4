import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { expect, describe, it } from 'vitest';
import { startCuttingProxy, type Verdict } from '../../tests/support/cutting-proxy.ts';
import { postgresPlace, usePostgres } from '../../tests/support/store-engines.ts';
import { postgresVersions } from '../../tests/support/postgres-server.ts';
import { waitFor } from '../../tests/support/wait-until-loaded.ts';
import type { Store } from './database.ts';
import { openPostgresStore } from './postgres-store.ts';

/** Reads and then writes, so that it fails when another transaction comes in between. */
function increment(store: Store): Promise<void> {
  return store.transaction(async (tx) => {
    const { next } = await tx.selectFrom('id_sequence').select('next').where('name', '=', 'credential').executeTakeFirstOrThrow();
    await turn();
    await tx
      .updateTable('id_sequence')
      .set({ next: next + 1 })
      .where('name', '=', 'credential')
      .execute();
  });
}

function set(store: Store, name: string): Promise<unknown> {
  return store.transaction((tx) => tx.insertInto('setting').values({ name, value: '1' }).execute());
}

async function names(store: Store): Promise<string[]> {
  return (await store.read.selectFrom('setting').select('name').orderBy('name').execute()).map(({ name }) => name);
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(postgresVersions)('the store on PostgreSQL %i', (version) => {
  const databases = usePostgres({ version });

  it('runs one transaction at a time over all its pools: none loses an update', async () => {
    const place = postgresPlace(await databases.newStore());
    const stores = await Promise.all([place.open(), place.open(), place.open()]);
    await Promise.all(Array.from({ length: 150 }, (_, index) => increment(stores[index % 3]!)));
    const row = await stores[0].read.selectFrom('id_sequence').select('next').where('name', '=', 'credential').executeTakeFirstOrThrow();
    expect(row.next).toBe(151);
  });

  it('makes its schema when several open an empty database at once', async () => {
    const place = postgresPlace(await databases.newDatabase());
    const stores = await Promise.all([place.open(), place.open(), place.open()]);
    for (const [index, store] of stores.entries()) await set(store, String(index));
    expect(await names(stores[0])).toEqual(['0', '1', '2']);
    const url = place.url ?? '';
    const schemas = await databases
      .server()
      .query(
        `select distinct schemaname from pg_tables where schemaname not like 'pg_%' and schemaname <> 'information_schema'`,
        url.split('/').at(-1),
      );
    expect(schemas).toEqual([{ schemaname: 'thimble' }]);
  });

  it('commits with the log flushed, also where the server would not by itself', async () => {
    const url = await databases.newStore();
    await databases.server().query(`alter database ${url.split('/').at(-1)} set synchronous_commit = off`);
    const store = await postgresPlace(url).open();
    const shown = await store.transaction((tx) => sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(tx));
    expect(shown.rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('refuses an integer beyond 2^53 instead of rounding it', async () => {
    const url = await databases.newStore();
    const store = await postgresPlace(url).open();
    await databases.server().query(`update thimble.id_sequence set next = 9007199254740993 where name = 'member'`, url.split('/').at(-1));
    await expect(store.read.selectFrom('id_sequence').selectAll().execute()).rejects.toThrow('9007199254740993');
    expect(await names(store)).toEqual([]);
  });

  it('keeps values of a refused row out of the error', async () => {
    const store = await postgresPlace(await databases.newStore()).open();
    await set(store, 'a-name');
    const error = await failureOf(set(store, 'a-name'));
    expect(error).toMatchObject({ name: 'StatementError', sqlState: '23505' });
    expect(inspect(error, { depth: 10 })).not.toContain('a-name');
  });

  it('says that it is unavailable while the server is gone, and finds it again', { timeout: 60_000 }, async () => {
    const store = await postgresPlace(await databases.newStore()).open({ findOutcomeMs: 100 });
    await set(store, 'before');
    await databases.server().kill();
    const name = 'StoreUnavailableError';
    await expect(set(store, 'meanwhile')).rejects.toMatchObject({ name });
    await expect(names(store)).rejects.toMatchObject({ name });
    await databases.server().start();
    await waitFor(() =>
      set(store, `after ${performance.now()}`).then(
        () => true,
        () => false,
      ),
    );
    expect((await names(store)).filter((each) => !each.startsWith('after'))).toEqual(['before']);
  });

  it('names neither password nor URL when it cannot sign in', async () => {
    const url = new URL(await databases.newDatabase());
    url.username = 'nobody';
    url.password = 'hidden-word';
    const error = await failureOf(openPostgresStore({ url: url.href }));
    expect(error).toMatchObject({ name: 'StoreUnavailableError' });
    expect(inspect(error, { depth: 10 })).not.toContain('hidden-word');
  });

  describe('when the connection is cut in a commit', () => {
    async function proxied(findOutcomeMs = 5_000): Promise<{
      store: Store;
      direct: Store;
      lost: Error[];
      cutAtCommit: (verdict: Verdict) => void;
      refuseAll: () => void;
      answerAgain: () => void;
    }> {
      const url = new URL(await databases.newStore());
      const direct = await postgresPlace(url.href).open();
      const proxy = await startCuttingProxy(Number(url.port));
      url.port = String(proxy.port);
      const lost: Error[] = [];
      const store = await postgresPlace(url.href).open({ findOutcomeMs, onLost: (error) => lost.push(error) });
      let done = false;
      return {
        store,
        direct,
        lost,
        cutAtCommit(verdict) {
          done = false;
          proxy.judge = (bytes) => {
            if (done || !bytes.includes('commit\0')) return 'pass';
            done = true;
            return verdict;
          };
        },
        refuseAll() {
          const before = proxy.judge;
          proxy.judge = (bytes) => (done ? 'cut' : before(bytes));
        },
        answerAgain: () => void (proxy.judge = () => 'pass'),
      };
    }

    it('says that nothing was changed when the commit did not arrive', async () => {
      const { store, direct, lost, cutAtCommit } = await proxied();
      cutAtCommit('cut');
      await expect(set(store, 'a')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      expect(await names(direct)).toEqual([]);
      await set(store, 'b');
      expect([await names(store), lost]).toEqual([['b'], []]);
    });

    it('reports success when only the answer was lost', async () => {
      const { store, direct, lost, cutAtCommit } = await proxied();
      cutAtCommit('cut after');
      await set(store, 'a');
      expect([await names(direct), lost]).toEqual([['a'], []]);
      await set(store, 'b');
    });

    it('says that it does not know when the server stays out of reach, and then writes nothing more', async () => {
      const { store, lost, cutAtCommit, refuseAll, answerAgain } = await proxied(200);
      cutAtCommit('cut after');
      refuseAll();
      await expect(set(store, 'a')).rejects.toMatchObject({ name: 'StoreOutcomeUnknownError' });
      expect(lost).toHaveLength(1);
      answerAgain();
      await expect(set(store, 'b')).rejects.toMatchObject({ name: 'StoreOutcomeUnknownError' });
    });
  });
});
