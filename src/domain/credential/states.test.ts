import { describe, expect, it } from 'vitest';
import { createControlPlane, keyActor, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { setAccountHold } from '../account/set-hold.ts';
import { setAccountPlan } from '../account/set-plan.ts';
import { createApiKey } from '../api-key/create.ts';
import type { CreatedCredential } from '../api-key/insert.ts';
import { deleteApiKey } from '../api-key/delete.ts';
import { disableApiKey } from '../api-key/disable.ts';
import { enableApiKey } from '../api-key/enable.ts';
import { listApiKeys } from '../api-key/list.ts';
import { restoreApiKey } from '../api-key/restore.ts';
import { createImportToken } from '../import-token/create.ts';
import { disableImportToken } from '../import-token/disable.ts';
import { enableImportToken } from '../import-token/enable.ts';
import { listImportTokens } from '../import-token/list.ts';
import { restoreImportToken } from '../import-token/restore.ts';
import { revokeImportToken } from '../import-token/revoke.ts';
import { createSource } from '../source/create.ts';
import { deleteSource } from '../source/delete.ts';
import { updateSource } from '../source/update.ts';

async function keyed(): Promise<{ plane: ControlPlane; accountId: number; key: CreatedCredential }> {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  return { plane, accountId, key: await createApiKey(plane.operator, { accountId, description: 'ci' }) };
}

async function tokened(): Promise<{ plane: ControlPlane; accountId: number; sourceId: number; token: CreatedCredential }> {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
  return { plane, accountId, sourceId: source.id, token: await createImportToken(plane.operator, accountId, source.id) };
}

describe('an API key', () => {
  it('works at once, not while disabled, and again once enabled by hand', async () => {
    const { plane, key } = await keyed();
    expect(plane.verify(key.token)).toMatchObject({ ok: true, principal: { credentialId: key.row.id, kind: 'api_key' } });
    await disableApiKey(plane.operator, key.row.id);
    expect(plane.verify(key.token)).toMatchObject({ ok: false, refusal: 'disabled' });
    await disableApiKey(plane.operator, key.row.id);
    await enableApiKey(plane.operator, key.row.id);
    expect(plane.verify(key.token)).toMatchObject({ ok: true });
  });

  it('is deleted at once, leaves the list and comes back within ten minutes as disabled', async () => {
    const { plane, accountId, key } = await keyed();
    await deleteApiKey(plane.operator, key.row.id, { compromised: false });
    expect(plane.verify(key.token).ok).toBe(false);
    expect(await listApiKeys(plane.operator, accountId)).toEqual([]);
    await expect(deleteApiKey(plane.operator, key.row.id, { compromised: false })).rejects.toMatchObject({ code: 'invalid_id' });
    await expect(enableApiKey(plane.operator, key.row.id)).rejects.toMatchObject({ code: 'invalid_id' });
    plane.clock.now += 10 * 60_000;
    expect((await restoreApiKey(plane.operator, key.row.id)).state).toBe('disabled');
    expect(plane.verify(key.token)).toMatchObject({ ok: false, refusal: 'disabled' });
    await enableApiKey(plane.operator, key.row.id);
    expect(plane.verify(key.token).ok).toBe(true);
    expect((await plane.revokedLog.read()).revoked.size).toBe(0);
  });

  it('stays deleted after ten minutes, when compromised, and when no slot is free', async () => {
    const { plane, accountId, key } = await keyed();
    await deleteApiKey(plane.operator, key.row.id, { compromised: false });
    await Promise.all(Array.from({ length: 10 }, () => createApiKey(plane.operator, { accountId, description: '' })));
    await expect(restoreApiKey(plane.operator, key.row.id)).rejects.toMatchObject({ code: 'key_limit_exceeded' });
    plane.clock.now += 10 * 60_000 + 1;
    await expect(restoreApiKey(plane.operator, key.row.id)).rejects.toMatchObject({ code: 'invalid_credential_state' });
    const [leaked] = await listApiKeys(plane.operator, accountId);
    if (leaked === undefined) throw new Error('no key');
    await deleteApiKey(plane.operator, leaked.id, { compromised: true });
    await expect(restoreApiKey(plane.operator, leaked.id)).rejects.toMatchObject({ code: 'invalid_credential_state' });
  });

  it('is disabled by a plan without API access and not enabled by a better one', async () => {
    const { plane, accountId, key } = await keyed();
    await setAccountPlan(plane.operator, accountId, 'standard');
    expect(plane.verify(key.token)).toMatchObject({ ok: false, refusal: 'plan' });
    await expect(enableApiKey(plane.operator, key.row.id)).rejects.toMatchObject({ code: 'access_denied' });
    await expect(createApiKey(plane.operator, { accountId, description: '' })).rejects.toMatchObject({ code: 'access_denied' });
    await setAccountPlan(plane.operator, accountId, 'premium');
    expect(plane.verify(key.token)).toMatchObject({ ok: false });
    expect(await listApiKeys(plane.operator, accountId)).toMatchObject([{ state: 'disabled', state_reason: 'plan' }]);
    await enableApiKey(plane.operator, key.row.id);
    expect(plane.verify(key.token).ok).toBe(true);
  });

  it('takes the tokens it made with it when it was compromised, and only those', async () => {
    const { plane, accountId, key } = await keyed();
    const ctx = plane.as(keyActor(key.row));
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop' });
    const made = await createImportToken(ctx, accountId, source.id);
    const foreign = await createImportToken(plane.operator, accountId, source.id);
    expect([source.created_by_credential, made.row.created_by_credential, foreign.row.created_by_credential]).toEqual([
      key.row.id,
      key.row.id,
      null,
    ]);
    await deleteApiKey(plane.operator, key.row.id, { compromised: true });
    expect(plane.verify(made.token)).toMatchObject({ ok: false, refusal: 'disabled' });
    expect(plane.verify(foreign.token).ok).toBe(true);
  });

  it('of another account cannot be seen or touched', async () => {
    const { plane, key } = await keyed();
    const other = await plane.account();
    const stranger = plane.as({ kind: 'member', memberId: other.memberId, accountId: other.accountId, sessionId: undefined });
    for (const verb of [disableApiKey, enableApiKey, restoreApiKey]) {
      await expect(verb(stranger, key.row.id)).rejects.toMatchObject({ code: 'invalid_id' });
    }
    await expect(deleteApiKey(stranger, key.row.id, { compromised: true })).rejects.toMatchObject({ code: 'invalid_id' });
    await expect(listApiKeys(stranger, key.row.account_id)).rejects.toMatchObject({ code: 'invalid_id' });
    expect(plane.verify(key.token).ok).toBe(true);
  });
});

describe('an import token', () => {
  it('is revoked at once, and back within ten minutes as disabled', async () => {
    const { plane, accountId, sourceId, token } = await tokened();
    plane.clock.now += 1000;
    const { source } = await revokeImportToken(plane.operator, accountId, sourceId, token.row.id, { compromised: false });
    expect(source.updated_at).toBe(plane.clock.now);
    expect(plane.verify(token.token).ok).toBe(false);
    expect(await listImportTokens(plane.operator, accountId, sourceId)).toEqual([]);
    await restoreImportToken(plane.operator, accountId, sourceId, token.row.id);
    expect(plane.verify(token.token)).toMatchObject({ refusal: 'disabled' });
    await enableImportToken(plane.operator, accountId, sourceId, token.row.id);
    expect(plane.verify(token.token).ok).toBe(true);
    await disableImportToken(plane.operator, accountId, sourceId, token.row.id);
    expect(plane.verify(token.token)).toMatchObject({ refusal: 'disabled' });
  });

  it('dies with its source and cannot come back', async () => {
    const { plane, accountId, sourceId, token } = await tokened();
    await deleteSource(plane.operator, accountId, sourceId);
    expect(plane.verify(token.token)).toMatchObject({ ok: false });
    const row = await plane.parts.store.read.selectFrom('credential').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'deleted', slot: null, state_reason: 'source_deleted' });
    await expect(restoreImportToken(plane.operator, accountId, sourceId, token.row.id)).rejects.toMatchObject({ code: 'invalid_id' });
    await expect(deleteSource(plane.operator, accountId, sourceId)).rejects.toMatchObject({ code: 'invalid_id' });
  });

  it('rests while its source is paused or its account is held', async () => {
    const { plane, accountId, sourceId, token } = await tokened();
    await updateSource(plane.operator, accountId, sourceId, { paused_at: '2031-01-01T00:00:00' });
    expect(plane.verify(token.token)).toMatchObject({ refusal: 'source_inactive' });
    await updateSource(plane.operator, accountId, sourceId, { paused_at: null });
    await setAccountHold(plane.operator, accountId, true);
    expect(plane.verify(token.token)).toMatchObject({ refusal: 'account_on_hold' });
    await setAccountHold(plane.operator, accountId, false);
    expect(plane.verify(token.token).ok).toBe(true);
  });

  it('of one source is unknown to another', async () => {
    const { plane, accountId, token } = await tokened();
    const other = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Other' });
    await expect(revokeImportToken(plane.operator, accountId, other.id, token.row.id, { compromised: false })).rejects.toMatchObject({
      code: 'invalid_token_id',
    });
    expect(plane.verify(token.token).ok).toBe(true);
  });
});
