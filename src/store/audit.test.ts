import { createSecretKey, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeStores } from '../../tests/support/store-engines.ts';
import type { StoreEngine } from '../../tests/support/store-engines.ts';
import { createAuditTrail } from './audit.ts';
import type { AuditHead, AuditTrail } from './audit.ts';
import type { Store } from './database.ts';

const key = createSecretKey(randomBytes(32));

async function trailOf(engine: StoreEngine, rows: number): Promise<{ store: Store; trail: AuditTrail; head: AuditHead }> {
  const store = await engine.temporaryStore();
  const trail = createAuditTrail({ key });
  await store.transaction(async (tx) => {
    for (let row = 1; row <= rows; row += 1) {
      await trail.append(tx, {
        accountId: row % 3 === 0 ? undefined : 100_001,
        actor: `member:${row}`,
        verb: 'api_key.disable',
        subject: `api_key:${row}`,
        before: { state: 'enabled' },
        after: { state: 'disabled' },
        address: '192.0.2.1',
        requestId: `r${row}`,
        at: 1_000 + row,
      });
    }
  });
  const verdict = await trail.verify(store.read);
  expect(verdict).toMatchObject({ ok: true, rows });
  return { store, trail, head: verdict.head ?? { seq: 0, mac: '' } };
}

async function run(store: Store, text: string): Promise<void> {
  await store.transaction((tx) => sql.raw(text).execute(tx));
}

describeStores('the audit trail', (engine) => {
  it('is empty and in order before the first row', async () => {
    const store = await engine.temporaryStore();
    expect(await createAuditTrail({ key }).verify(store.read)).toEqual({ ok: true, rows: 0, head: undefined });
  });

  it('is verified across pages, and continues after a verification', async () => {
    const { store, trail, head } = await trailOf(engine, 2_001);
    expect(head.seq).toBe(2_001);
    await store.transaction((tx) => trail.append(tx, { accountId: undefined, actor: 'system', verb: 'v', subject: 's:1', at: 5 }));
    expect(await trail.verify(store.read, head)).toMatchObject({ ok: true, rows: 2_002 });
  });

  it('loses a row with the change that was rolled back', async () => {
    const { store, trail } = await trailOf(engine, 2);
    const undone = store.transaction(async (tx) => {
      await trail.append(tx, { accountId: undefined, actor: 'system', verb: 'v', subject: 's:1', at: 5 });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await trail.verify(store.read)).toMatchObject({ ok: true, rows: 2 });
  });

  it('shows an edit of any column of any row', async () => {
    const { store, trail } = await trailOf(engine, 5);
    const edits = [
      'at = at + 1',
      'account_id = 7',
      "actor = 'system'",
      "verb = 'x'",
      "subject = 'x'",
      'before = null',
      "after = '{}'",
      'address = null',
      "request_id = 'r'",
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...edits), fc.integer({ min: 1, max: 5 }), async (edit, seq) => {
        await run(store, `create table saved as select * from audit where seq = ${seq}`);
        await run(store, `update audit set ${edit} where seq = ${seq}`);
        expect(await trail.verify(store.read)).toMatchObject({ ok: false, brokenAt: seq });
        await run(store, `delete from audit where seq = ${seq}`);
        await run(store, 'insert into audit select * from saved');
        await run(store, 'drop table saved');
        expect(await trail.verify(store.read)).toMatchObject({ ok: true });
      }),
      { seed: 20_261, numRuns: 45 },
    );
  });

  it('shows a deleted row, at the beginning and in the middle', async () => {
    for (const seq of [1, 3]) {
      const { store, trail } = await trailOf(engine, 5);
      await run(store, `delete from audit where seq = ${seq}`);
      expect(await trail.verify(store.read)).toMatchObject({ ok: false, brokenAt: seq });
      await run(store, `update audit set seq = seq - 1 where seq > ${seq}`);
      expect(await trail.verify(store.read)).toMatchObject({ ok: false, brokenAt: seq });
    }
  });

  it('shows two rows that changed places', async () => {
    const { store, trail } = await trailOf(engine, 5);
    await run(store, 'update audit set seq = -1 where seq = 2');
    await run(store, 'update audit set seq = 2 where seq = 3');
    await run(store, 'update audit set seq = 3 where seq = -1');
    expect(await trail.verify(store.read)).toMatchObject({ ok: false, brokenAt: 2 });
  });

  it('shows a row made under another key', async () => {
    const { store, trail } = await trailOf(engine, 2);
    const forger = createAuditTrail({ key: createSecretKey(randomBytes(32)) });
    await store.transaction((tx) => forger.append(tx, { accountId: undefined, actor: 'system', verb: 'v', subject: 's:1', at: 5 }));
    expect(await trail.verify(store.read)).toMatchObject({ ok: false, brokenAt: 3 });
  });

  it('shows a row of an earlier end that was put back among later ones', async () => {
    const { store, trail } = await trailOf(engine, 5);
    await run(store, 'create table saved as select * from audit where seq = 5');
    await run(store, 'delete from audit where seq > 3');
    for (let more = 0; more < 2; more += 1) {
      await store.transaction((tx) => trail.append(tx, { accountId: undefined, actor: 'system', verb: 'v', subject: 's:1', at: 5 }));
    }
    await run(store, 'delete from audit where seq = 5');
    await run(store, 'insert into audit select * from saved');
    expect(await trail.verify(store.read)).toMatchObject({ ok: false, brokenAt: 5 });
  });

  it('shows a cut-off end to who kept the head, also when it has grown again since', async () => {
    const { store, trail, head } = await trailOf(engine, 5);
    expect(await trail.verify(store.read, head)).toMatchObject({ ok: true });
    await run(store, 'delete from audit where seq > 3');
    expect(await trail.verify(store.read)).toMatchObject({ ok: true, rows: 3 });
    expect(await trail.verify(store.read, head)).toMatchObject({ ok: false, brokenAt: 4 });
    for (let more = 0; more < 3; more += 1) {
      await store.transaction((tx) => trail.append(tx, { accountId: undefined, actor: 'system', verb: 'v', subject: 's:1', at: 5 }));
    }
    expect(await trail.verify(store.read, head)).toMatchObject({ ok: false, brokenAt: 5 });
  });
});
