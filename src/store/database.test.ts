import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { describeStores } from '../../tests/support/store-engines.ts';
import { credentialRow, insertAccount, temporaryStore } from '../../tests/support/store-rows.ts';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { openStore } from './database.ts';
import type { Store } from './database.ts';

async function setting(store: Store, name: string): Promise<string | undefined> {
  return (await store.read.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())?.value;
}

/** Reads and then writes, so that it fails when another transaction comes in between. */
async function increment(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const { next } = await tx.selectFrom('id_sequence').select('next').where('name', '=', 'credential').executeTakeFirstOrThrow();
    await turn();
    await tx
      .updateTable('id_sequence')
      .set({ next: next + 1 })
      .where('name', '=', 'credential')
      .execute();
  });
}

async function nextCredential(store: Store): Promise<number> {
  const row = await store.read.selectFrom('id_sequence').select('next').where('name', '=', 'credential').executeTakeFirstOrThrow();
  return row.next;
}

describeStores('a transaction', (engine) => {
  it('is seen by readers only once it has committed', async () => {
    const store = await engine.temporaryStore();
    let inside: string | undefined = 'not read';
    await store.transaction(async (tx) => {
      await tx.insertInto('setting').values({ name: 'a', value: '1' }).execute();
      inside = await setting(store, 'a');
    });
    expect(inside).toBeUndefined();
    expect(await setting(store, 'a')).toBe('1');
  });

  it('leaves nothing behind when its work throws, and the next one succeeds', async () => {
    const store = await engine.temporaryStore();
    const failing = store.transaction(async (tx) => {
      await tx.insertInto('setting').values({ name: 'a', value: '1' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await setting(store, 'a')).toBeUndefined();
    await store.transaction((tx) => tx.insertInto('setting').values({ name: 'a', value: '2' }).execute());
    expect(await setting(store, 'a')).toBe('2');
  });

  it('runs alone: two hundred read-then-write transactions lose no update', async () => {
    const store = await engine.temporaryStore();
    await Promise.all(Array.from({ length: 200 }, () => increment(store)));
    expect(await nextCredential(store)).toBe(201);
  });

  it('refuses to begin inside another one, instead of waiting for itself', async () => {
    const store = await engine.temporaryStore();
    const nested = store.transaction(() => store.transaction(async () => 1));
    await expect(nested).rejects.toThrow('inside another one');
    expect(await store.transaction(async () => 2)).toBe(2);
  });

  it('is waited for by close, and none begins afterwards', async () => {
    const place = await engine.newPlace();
    const store = await place.open();
    const writing = store.transaction(async (tx) => {
      await turn();
      await tx.insertInto('setting').values({ name: 'a', value: '1' }).execute();
    });
    await Promise.all([store.close(), writing]);
    await expect(store.transaction(async () => 1)).rejects.toThrow('closed');
    expect(await setting(await place.open(), 'a')).toBe('1');
  });
});

describeStores('the control store', (engine) => {
  it('does not let the reader write', async () => {
    const store = await engine.temporaryStore();
    await expect(store.read.insertInto('setting').values({ name: 'a', value: '1' }).execute()).rejects.toThrow(/readonly|read-only/);
  });

  it('counts every statement of every connection', async () => {
    const store = await engine.temporaryStore();
    const before = store.statements();
    await setting(store, 'a');
    await store.transaction(async (tx) => tx.selectFrom('setting').selectAll().execute());
    expect(store.statements() - before).toBe(1 + 3);
  });

  it('streams rows while the same query runs elsewhere', async () => {
    const store = await engine.temporaryStore();
    const query = store.read.selectFrom('id_sequence').select('name').orderBy('name');
    const names: string[] = [];
    for await (const { name } of query.stream()) names.push(name);
    expect(names).toEqual((await query.execute()).map(({ name }) => name));
    expect(names).toContain('account');
  });

  it('gives back every text, every byte and every integer up to 2^53, and finds them again', async () => {
    const store = await engine.temporaryStore();
    const texts = [
      '',
      'tä',
      '😀',
      'a\u0000b',
      '\u0000',
      '\uFDD0',
      '\uFDD00',
      '\uFDD0\u0000',
      "'; drop table setting; --",
      '\\x00',
      '{"a":"\\u0000"}',
    ];
    await store.transaction(async (tx) => {
      await insertAccount(tx, Number.MAX_SAFE_INTEGER - 1);
      for (const text of texts) await tx.insertInto('setting').values({ name: text, value: text }).execute();
      const digest = Uint8Array.from({ length: 32 }, (_, index) => index * 8);
      await tx
        .insertInto('credential')
        .values(credentialRow(1, Number.MAX_SAFE_INTEGER - 1, { digest }))
        .execute();
    });
    for (const text of texts) expect(await setting(store, text)).toBe(text);
    const row = await store.read.selectFrom('credential').select(['account_id', 'digest']).executeTakeFirstOrThrow();
    expect(row.account_id).toBe(Number.MAX_SAFE_INTEGER - 1);
    expect(row.digest).toEqual(Uint8Array.from({ length: 32 }, (_, index) => index * 8));
  });
});

describe('the SQLite store', () => {
  it('holds the right to write from its beginning, so that it never fails in the middle', async () => {
    const path = join(temporaryDirectory(), 'store.db');
    const store = await openStore({ path });
    const other = new DatabaseSync(path);
    await store.transaction(async () => expect(() => other.exec('begin immediate')).toThrow('locked'));
    other.exec('begin immediate; rollback');
    other.close();
    await store.close();
  });

  it('journals ahead and syncs every commit', async () => {
    const store = await temporaryStore();
    const pragmas = await store.transaction(async (tx) => ({
      journal: (await sql<{ journal_mode: string }>`pragma journal_mode`.execute(tx)).rows[0]?.journal_mode,
      synchronous: (await sql<{ synchronous: number }>`pragma synchronous`.execute(tx)).rows[0]?.synchronous,
      foreignKeys: (await sql<{ foreign_keys: number }>`pragma foreign_keys`.execute(tx)).rows[0]?.foreign_keys,
    }));
    expect(pragmas).toEqual({ journal: 'wal', synchronous: 2, foreignKeys: 1 });
  });

  it('belongs to its owner alone, journals included, even if it was open to others before', async () => {
    const path = join(temporaryDirectory(), 'store.db');
    writeFileSync(path, '', { mode: 0o644 });
    const store = await openStore({ path });
    await store.transaction((tx) => tx.insertInto('setting').values({ name: 'a', value: '1' }).execute());
    const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
    await store.close();
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it('refuses a file that is no database', async () => {
    const path = join(temporaryDirectory(), 'store.db');
    writeFileSync(path, 'this is a text file, and long enough to have a header of 100 bytes and some more than that. '.repeat(4));
    await expect(openStore({ path })).rejects.toThrow('not a database');
  });

  it('says that it is unavailable while another process holds it', async () => {
    const path = join(temporaryDirectory(), 'store.db');
    await (await openStore({ path })).close();
    const other = new DatabaseSync(path);
    other.exec('begin exclusive');
    await expect(openStore({ path })).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    other.exec('rollback');
    other.close();
    await (await openStore({ path })).close();
  });
});
