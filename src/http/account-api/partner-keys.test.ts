import { describe, expect, it } from 'vitest';
import { codeOf, createAccountServer, type AccountServer } from '../../../tests/support/account-server.ts';
import { credentialRow } from '../../../tests/support/store-rows.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { findCredential, insertCredential } from '../../store/queries/credential.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { createImportToken } from '../../domain/import-token/create.ts';
import { createSource } from '../../domain/source/create.ts';

/** A partner's key as its consent would make it. */
async function makePartnerKey({ plane, accountId }: AccountServer): Promise<{ id: number; secret: string }> {
  const { store, mint, registry } = plane.parts;
  const { token, keyId, digest, pepperId, last4 } = mint.mint('partner_key');
  const row = await store.transaction(async (tx) => {
    await tx.insertInto('partner').values({ id: 1, name: 'Northwind Reports', created_at: 1 }).execute();
    const columns = { key_id: keyId, kind: 'partner_key', partner_id: 1, member_id: null, digest, pepper_id: pepperId, last4 } as const;
    await insertCredential(tx, credentialRow(500, accountId, columns));
    return findCredential(tx, 500);
  });
  if (row === undefined) throw new Error('not inserted');
  registry.apply([{ kind: 'partner', partnerId: 1, active: true }, credentialChange(row)]);
  return { id: 500, secret: token };
}

describe('partner keys', () => {
  it('are listed by partner, stop and go on at the word of a member, whatever the plan', async () => {
    const server = await createAccountServer();
    const { ann, plane, accountId } = server;
    expect((await ann.call('GET', '/partner-keys')).body).toEqual([]);
    const { id, secret } = await makePartnerKey(server);
    const verify = (): unknown => {
      const verdict = plane.registry.verify(secret, ['partner_key'], {
        address: '192.0.2.7',
        userAgent: 'nw/1',
        endpoint: 'GET /v4/sources',
      });
      return verdict.ok ? 'ok' : verdict.refusal;
    };
    expect(verify()).toBe('ok');
    expect((await ann.call('GET', '/partner-keys')).body).toMatchObject([
      { id, partner: 'Northwind Reports', state: 'enabled', last_used: { agent: 'nw/1' } },
    ]);
    expect((await ann.call('POST', `/partner-keys/${id}/disable`)).body).toMatchObject({ state: 'disabled' });
    expect(verify()).toBe('disabled');
    await setAccountPlan(plane.operator, accountId, 'standard');
    expect((await ann.call('POST', `/partner-keys/${id}/enable`)).body).toMatchObject({ state: 'enabled' });
    expect(verify()).toBe('ok');
    expect(plane.verify(secret).ok).toBe(false);
  });

  it('are deleted for good, and with them what they made when somebody else knew the secret', async () => {
    const server = await createAccountServer();
    const { ann, plane, accountId } = server;
    const { id } = await makePartnerKey(server);
    const actor = { kind: 'api_key', credentialId: id, accountId, memberId: ann.memberId } as const;
    const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
    const token = await createImportToken(plane.operator, accountId, source.id);
    await plane.parts.store.transaction((tx) =>
      tx.updateTable('credential').set({ created_by_credential: actor.credentialId }).where('id', '=', token.row.id).execute(),
    );
    expect((await ann.call('GET', `/partner-keys/${id}`)).body).toMatchObject({ created: [{ kind: 'import_token', id: token.row.id }] });
    expect(codeOf(await ann.call('POST', `/partner-keys/${id}/deletion`, { compromised: true }))).toBe('204');
    expect(plane.verify(token.token)).toMatchObject({ refusal: 'disabled' });
    expect((await ann.call('GET', '/partner-keys')).body).toEqual([]);
    for (const act of ['disable', 'enable', 'deletion']) {
      const body = act === 'deletion' ? {} : undefined;
      expect(codeOf(await ann.call('POST', `/partner-keys/${id}/${act}`, body))).toBe('404 invalid_id');
    }
    const eve = await server.join('eve@example.com', (await plane.account()).accountId);
    expect(codeOf(await eve.call('GET', `/partner-keys/${id}`))).toBe('404 invalid_id');
  });
});
