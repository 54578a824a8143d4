import { describe, expect, it } from 'vitest';
import { describeStores } from '../../tests/support/store-engines.ts';
import type { StoreEngine } from '../../tests/support/store-engines.ts';
import { credentialRow, insertAccount, sourceRow } from '../../tests/support/store-rows.ts';
import type { Store } from './database.ts';
import { findUniqueViolation } from './unique-violation.ts';

type Row = Parameters<typeof credentialRow>[2];

async function twoAccounts(engine: StoreEngine): Promise<Store> {
  const store = await engine.temporaryStore();
  await store.transaction(async (tx) => {
    await insertAccount(tx, 10);
    await insertAccount(tx, 20);
  });
  return store;
}

function insert(store: Store, id: number, accountId: number, columns: Row): Promise<unknown> {
  return store.transaction((tx) =>
    tx
      .insertInto('credential')
      .values(credentialRow(id, accountId, columns))
      .execute(),
  );
}

const token = { kind: 'import_token', source_id: 10 } as const;
const partnerKey = { kind: 'partner_key', partner_id: 5 } as const;

const refusals = {
  sqlite: {
    check: 'CHECK constraint failed',
    named: (constraint: string) => `CHECK constraint failed: ${constraint}`,
    reference: 'FOREIGN KEY constraint failed',
    type: 'cannot store TEXT value in INTEGER column',
  },
  postgres: {
    check: 'violates check constraint',
    named: (constraint: string) => `violates check constraint "${constraint}"`,
    reference: 'violates foreign key constraint',
    type: 'invalid input syntax for type bigint',
  },
};

describeStores('the control store', (engine) => {
  describe('the limits of credentials', () => {
    it('allow ten API keys of an account, enabled and disabled together', async () => {
      const store = await twoAccounts(engine);
      for (let slot = 1; slot <= 10; slot += 1) await insert(store, slot, 10, { slot, state: slot % 2 === 0 ? 'disabled' : 'enabled' });
      await expect(insert(store, 11, 10, { slot: 11 })).rejects.toThrow(refusals[engine.kind].check);
      const taken: unknown = await insert(store, 11, 10, { slot: 4 }).catch((error: unknown) => error);
      expect(findUniqueViolation(taken)).toEqual(['credential.account_id', 'credential.slot']);
      await insert(store, 12, 20, { slot: 4 });
    });

    it('allow two import tokens of a source', async () => {
      const store = await twoAccounts(engine);
      await insert(store, 1, 10, { ...token, slot: 1 });
      await insert(store, 2, 10, { ...token, slot: 2 });
      await expect(insert(store, 3, 10, { ...token, slot: 3 })).rejects.toThrow(refusals[engine.kind].check);
      const taken: unknown = await insert(store, 3, 10, { ...token, slot: 2 }).catch((error: unknown) => error);
      expect(findUniqueViolation(taken)).toEqual(['credential.source_id', 'credential.slot']);
    });

    it('allow one live key of a partner in an account, and any number of deleted ones', async () => {
      const store = await twoAccounts(engine);
      await insert(store, 1, 10, { ...partnerKey, state: 'deleted', slot: null });
      await insert(store, 2, 10, { ...partnerKey, state: 'deleted', slot: null });
      await insert(store, 3, 10, partnerKey);
      const taken: unknown = await insert(store, 4, 10, partnerKey).catch((error: unknown) => error);
      expect(findUniqueViolation(taken)).toEqual(['credential.account_id', 'credential.partner_id']);
      await insert(store, 4, 10, { ...partnerKey, partner_id: 6 });
      await insert(store, 5, 20, partnerKey);
    });

    it('bind a slot to the life of its credential', async () => {
      const store = await twoAccounts(engine);
      await expect(insert(store, 1, 10, { slot: null })).rejects.toThrow(refusals[engine.kind].named('credential_slot_while_live'));
      await expect(insert(store, 1, 10, { state: 'deleted' })).rejects.toThrow(refusals[engine.kind].named('credential_slot_while_live'));
    });
  });

  describe('the schema', () => {
    it('knows each e-mail address once in the installation', async () => {
      const store = await twoAccounts(engine);
      const values = { id: 99, account_id: 20, email: '10@example.com', name: 'n', role: 'member', created_at: 1 } as const;
      const taken: unknown = await store
        .transaction((tx) => tx.insertInto('member').values(values).execute())
        .catch((error: unknown) => error);
      expect(findUniqueViolation(taken)).toEqual(['member.email']);
    });

    it('binds a credential to a member and a source of its own account', async () => {
      const store = await twoAccounts(engine);
      await expect(insert(store, 1, 10, { ...token, source_id: 20 })).rejects.toThrow(refusals[engine.kind].reference);
      await expect(insert(store, 1, 10, { member_id: 20 })).rejects.toThrow(refusals[engine.kind].reference);
      await insert(store, 1, 10, token);
    });

    it('binds a source to a destination of its own account', async () => {
      const store = await twoAccounts(engine);
      const add = (destination_id: number): Promise<unknown> =>
        store.transaction((tx) =>
          tx
            .insertInto('connection_source')
            .values({ ...sourceRow(12, 10), destination_id })
            .execute(),
        );
      await expect(add(21)).rejects.toThrow(refusals[engine.kind].reference);
      await add(11);
    });

    it('keeps the owner that each kind needs', async () => {
      const store = await twoAccounts(engine);
      for (const columns of [{ member_id: null }, { kind: 'import_token' }, { kind: 'partner_key' }, { source_id: 10 }] as const) {
        await expect(insert(store, 1, 10, columns)).rejects.toThrow(refusals[engine.kind].named('credential_owner'));
      }
    });

    it('refuses digests that are not 32 bytes, doubled key ids and values of another type', async () => {
      const store = await twoAccounts(engine);
      await expect(insert(store, 1, 10, { digest: new Uint8Array(31) })).rejects.toThrow(refusals[engine.kind].check);
      await insert(store, 1, 10, {});
      const doubled: unknown = await insert(store, 2, 10, { slot: 2, key_id: '000000000001' }).catch((error: unknown) => error);
      expect(findUniqueViolation(doubled)).toEqual(['credential.key_id']);
      const asText = store.transaction((tx) =>
        tx
          .updateTable('account')
          .set({ held_at: 'soon' as unknown as number })
          .execute(),
      );
      await expect(asText).rejects.toThrow(refusals[engine.kind].type);
    });

    it('lets a name be used again once its source is deleted', async () => {
      const store = await twoAccounts(engine);
      const add = (id: number, accountId: number): Promise<unknown> =>
        store.transaction((tx) =>
          tx
            .insertInto('connection_source')
            .values({ ...sourceRow(id, accountId), name: 'source_10', destination_id: null })
            .execute(),
        );
      const taken: unknown = await add(12, 10).catch((error: unknown) => error);
      expect(findUniqueViolation(taken)).toEqual(['connection_source.account_id', 'connection_source.name']);
      await add(13, 20);
      await store.transaction((tx) => tx.updateTable('connection_source').set({ deleted_at: 5 }).where('id', '=', 10).execute());
      await add(14, 10);
    });

    it('tells a violated unique index from every other error', () => {
      expect(findUniqueViolation(new Error('UNIQUE constraint failed: a.b'))).toBeUndefined();
      expect(findUniqueViolation(undefined)).toBeUndefined();
    });
  });
});
