import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callback, challenge, createPartnerPlane, verifier } from '../../../tests/support/partner.ts';
import { keyActor } from '../context.ts';
import { readCredentialReach } from '../credential/reach.ts';
import { viewCredential } from '../credential/view.ts';
import { createCustomEmail } from '../custom-email/create.ts';
import { createHook } from '../hook/create.ts';
import { createImportToken } from '../import-token/create.ts';
import { listPartnerKeys } from '../partner-key/list.ts';
import { createSource } from '../source/create.ts';
import { deletePartnerKey } from '../partner-key/delete.ts';
import { disablePartnerKey } from '../partner-key/disable.ts';
import { enablePartnerKey } from '../partner-key/enable.ts';
import { readStanding } from './consent.ts';
import { removePartner } from './remove.ts';
import { rotatePartnerSecret } from './rotate-secret.ts';
import { resumePartner, suspendPartner } from './set-suspended.ts';
import type { PeopleContext } from '../people.ts';
import { insertSession } from '../../store/queries/session.ts';
import { endOtherSessions, endSession } from '../session/end.ts';
import { createEphemeralToken, takeEphemeralToken } from '../session/ephemeral.ts';

const refused = { name: 'OAuthError', code: 'invalid_grant' };
const unknownClient = { name: 'OAuthError', code: 'invalid_client' };
const ok = { ok: true };

describe('a code', () => {
  it('gives a key that acts on its account as who consented, and whose consent the members are told of', async () => {
    const { plane, exchange, consent, use, accountId, partner } = await createPartnerPlane();
    const { token, row } = await exchange(await consent());
    expect(use(token)).toMatchObject({ ok: true, principal: { accountId, partnerId: partner.row.id, kind: 'partner_key' } });
    expect(row).toMatchObject({ state: 'enabled', slot: 1, expires_at: null, state_changed_by: `partner:${partner.row.id}` });
    const mails = await plane.parts.store.read.selectFrom('mail').select(['recipient', 'subject']).execute();
    expect(mails).toContainEqual({ recipient: 'ann1@example.com', subject: 'Vendor has access to Acme' });
    const audit = await plane.parts.store.read.selectFrom('audit').select(['verb', 'actor']).where('account_id', '=', accountId).execute();
    expect(audit.slice(-2)).toMatchObject([
      { verb: 'partner.consent' },
      { verb: 'partner_key.create', actor: `partner:${partner.row.id}` },
    ]);
  });

  it('works within five minutes', async () => {
    const { plane, exchange, consent } = await createPartnerPlane();
    const [late, early] = [await consent(), await consent()];
    plane.clock.now += 299_999;
    await exchange(early);
    plane.clock.now += 1;
    await expect(exchange(late)).rejects.toMatchObject(refused);
  });

  it('used again takes the key it gave away, also when both uses come at once', async () => {
    const { exchange, consent, use, member, accountId, idOf } = await createPartnerPlane();
    const first = await consent();
    const { token } = await exchange(first);
    await expect(exchange(first)).rejects.toMatchObject(refused);
    expect(use(token)).toMatchObject({ ok: false, refusal: 'deleted' });
    expect(await readStanding(member, accountId, { client_id: idOf() })).toMatchObject({ state: 'deleted', changedBy: 'Thimble' });

    const second = await consent();
    const outcomes = await Promise.allSettled([exchange(second), exchange(second)]);
    const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(given).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refused });
    expect(use(given[0]?.token ?? '')).toMatchObject({ ok: false, refusal: 'deleted' });
  });

  it('used again does not touch a key another code gave meanwhile', async () => {
    const { exchange, consent, use } = await createPartnerPlane();
    const old = await consent();
    await exchange(old);
    const { token } = await exchange(await consent());
    await expect(exchange(old)).rejects.toMatchObject(refused);
    expect(use(token)).toMatchObject(ok);
  });

  it('is worth nothing to another partner, and stays good for its own', async () => {
    const { exchange, consent, register, idOf } = await createPartnerPlane();
    const thief = await register('Thief');
    const code = await consent();
    await expect(exchange(code, { secret: thief.secret })).rejects.toMatchObject(refused);
    await expect(exchange(code, { secret: thief.secret, clientId: idOf() })).rejects.toMatchObject(unknownClient);
    await expect(exchange('x'.repeat(43))).rejects.toMatchObject(refused);
    await exchange(code, { clientId: idOf() });
  });

  it.each<[string, (ctx: PeopleContext, own: { accountId: number; memberId: number }) => Promise<void>, boolean]>([
    ['its member ends another session', (ctx, own) => endSession(ctx, own, 901), false],
    ['its member ends every other session', (ctx, own) => endOtherSessions(ctx, own, 900), false],
    ['its member signs out', (ctx, own) => endSession({ ...ctx, actor: { kind: 'member', ...own, sessionId: 900 } }, own, 900), true],
  ])('when %s', async (_when, act, lives) => {
    const { plane, exchange, consent, member, accountId } = await createPartnerPlane();
    const memberId = member.actor.kind === 'member' ? member.actor.memberId : 0;
    const { now } = plane.clock;
    await plane.parts.store.transaction(async (tx) => {
      for (const id of [900, 901])
        await insertSession(tx, {
          id,
          digest: randomBytes(32),
          account_id: accountId,
          member_id: memberId,
          credential_id: null,
          created_at: now,
          last_seen_at: now,
          expires_at: now + 3_600_000,
          proved_at: now,
          address: '',
          agent: '',
        });
    });
    const code = await consent();
    await act(member, { accountId, memberId });
    if (lives) await exchange(code);
    else await expect(exchange(code)).rejects.toMatchObject(refused);
  });

  it('dies with the member who consented', async () => {
    const { plane, exchange, consent, member } = await createPartnerPlane();
    const code = await consent();
    const memberId = member.actor.kind === 'member' ? member.actor.memberId : 0;
    await plane.parts.store.transaction((tx) => tx.updateTable('member').set({ deactivated_at: 1 }).where('id', '=', memberId).execute());
    await expect(exchange(code)).rejects.toMatchObject(refused);
  });

  it.each<[string, string | undefined, string | undefined, boolean, boolean]>([
    ['neither request nor exchange names it', undefined, undefined, true, true],
    ['the documented exchange leaves it out', callback, undefined, false, true],
    ['a standard client leaves it out', callback, undefined, true, false],
    ['both name it', `${callback}?tenant=7`, `${callback}?tenant=7`, true, true],
    ['they name different ones', callback, `${callback}?tenant=7`, true, false],
    ['the exchange names the default', undefined, callback, true, true],
    ['the exchange names one the request did not', undefined, `${callback}?tenant=7`, true, false],
    ['the exchange has it in another spelling', callback, `${callback}/`, false, false],
  ])('asks for the address of its request: %s', async (_what, asked, sent, named, works) => {
    const { exchange, consent, idOf } = await createPartnerPlane();
    const code = await consent(asked === undefined ? {} : { redirect_uri: asked });
    const result = exchange(code, { redirectUri: sent, clientId: named ? idOf() : undefined });
    if (works) await expect(result).resolves.toMatchObject({ row: { state: 'enabled' } });
    else await expect(result).rejects.toMatchObject(refused);
  });

  it.each<[string, boolean, string | undefined, boolean]>([
    ['the right verifier', true, verifier, true],
    ['another verifier', true, 'w'.repeat(43), false],
    ['none', true, undefined, false],
    ['the challenge itself', true, challenge, false],
    ['a verifier nobody announced', false, verifier, false],
  ])('asks for the verifier of its challenge: %s', async (_what, announced, sent, works) => {
    const { exchange, consent } = await createPartnerPlane();
    const code = await consent(announced ? { code_challenge: challenge, code_challenge_method: 'S256' } : {});
    const result = exchange(code, { codeVerifier: sent });
    if (works) await expect(result).resolves.toMatchObject({ row: { state: 'enabled' } });
    else await expect(result).rejects.toMatchObject(refused);
  });

  it('gives a key that ends when the consent says so', async () => {
    const { plane, exchange, consent, use } = await createPartnerPlane();
    const code = await consent({}, { days: 1 });
    const { token, row } = await exchange(code);
    expect(row.expires_at).toBe(plane.clock.now + 86_400_000);
    plane.clock.now += 86_399_999;
    expect(use(token)).toMatchObject(ok);
    plane.clock.now += 1;
    expect(use(token)).toMatchObject({ ok: false, refusal: 'expired' });
  });
});

describe('a key of a partner', () => {
  it('is replaced by the next exchange, the old token dead in the same moment', async () => {
    const { plane, exchange, consent, use } = await createPartnerPlane();
    const { token: old, row } = await exchange(await consent());
    const code = await consent();
    expect(use(old)).toMatchObject(ok);
    const { token, row: made } = await exchange(code);
    expect([use(old), use(token)]).toMatchObject([{ ok: false, refusal: 'deleted' }, ok]);
    expect(made.id).not.toBe(row.id);
    expect((await plane.revokedLog.read()).revoked.has(row.key_id)).toBe(true);
  });

  it('takes with it, disabled or deleted by a member, every code, ephemeral token and session; enabled again it brings none back', async () => {
    const { plane, exchange, consent, member, use, accountId, partner } = await createPartnerPlane();
    const { token, row } = await exchange(await consent());
    const code = await consent();
    const actor = {
      kind: 'partner_key',
      credentialId: row.id,
      accountId,
      memberId: row.member_id ?? 0,
      partnerId: partner.row.id,
    } as const;
    const ephemeral = await createEphemeralToken(plane.as(actor));
    await plane.parts.store.transaction((tx) =>
      tx
        .insertInto('session')
        .values({
          id: 900,
          digest: Buffer.alloc(32, 9),
          account_id: accountId,
          member_id: row.member_id ?? 0,
          created_at: 1,
          last_seen_at: 1,
          expires_at: plane.clock.now * 2,
          proved_at: 1,
          address: '',
          agent: '',
          credential_id: row.id,
        })
        .execute(),
    );
    await disablePartnerKey(member, row.id);
    expect(use(token)).toMatchObject({ ok: false, refusal: 'disabled' });
    await enablePartnerKey(member, row.id);
    expect(use(token)).toMatchObject(ok);
    await expect(exchange(code)).rejects.toMatchObject(refused);
    await expect(plane.parts.store.transaction((tx) => takeEphemeralToken(tx, ephemeral, plane.clock.now))).rejects.toMatchObject({
      code: 'unauthorized',
    });
    expect(await plane.parts.store.read.selectFrom('session').select('id').where('id', '=', 900).execute()).toEqual([]);

    const again = await consent();
    await deletePartnerKey(member, row.id, { compromised: false });
    await expect(exchange(again)).rejects.toMatchObject(refused);
    // A consent given after that is a new one.
    expect(use((await exchange(await consent())).token)).toMatchObject(ok);
  });

  it('said to be compromised takes along all the partner made with this and earlier keys, and nothing a member made', async () => {
    const { plane, exchange, consent, member, accountId, partner } = await createPartnerPlane();
    const made: string[] = [];
    const own = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Own' });
    const { token: ownToken } = await createImportToken(plane.operator, accountId, own.id);
    for (const name of ['Old', 'New']) {
      const { row } = await exchange(await consent());
      const ctx = plane.as(keyActor({ credentialId: row.id, accountId, memberId: row.member_id ?? 0, partnerId: partner.row.id }));
      const source = await createSource(ctx, accountId, { type: 'import_api', display_name: name });
      const { token, row: madeRow } = await createImportToken(ctx, accountId, source.id);
      expect((await viewCredential(ctx, madeRow)).createdBy).toBe('Vendor');
      made.push(token);
      await createHook(ctx, accountId, { destinationId: undefined, url: `https://vendor.example/${name}` }, async () => '93.184.215.14');
      await createCustomEmail(ctx, accountId, `${name}@vendor.example`);
    }
    const works = (token: string): boolean => plane.verify(token).ok;
    expect(made.map(works)).toEqual([true, true]);
    const [key] = await listPartnerKeys(member, accountId);
    if (key === undefined) throw new Error('no key');
    const { created } = await readCredentialReach(member, key);
    const kinds = ['source', 'import_token', 'hook', 'custom_email'];
    expect(created.map(({ kind }) => kind)).toEqual(kinds.flatMap((kind) => [kind, kind]));
    await deletePartnerKey(member, key.id, { compromised: true });
    expect([...made, ownToken].map(works)).toEqual([false, false, true]);
    const { read } = plane.parts.store;
    const [hooks, emails] = [
      await read.selectFrom('hook').select('disabled_at').execute(),
      await read.selectFrom('custom_email').select('disabled_at').execute(),
    ];
    for (const rows of [hooks, emails]) expect(rows.map((row) => row.disabled_at !== null)).toEqual([true, true]);
  });

  it('comes back from disabled as a new row by a new consent', async () => {
    const { exchange, consent, member, use } = await createPartnerPlane();
    const { token, row } = await exchange(await consent());
    await disablePartnerKey(member, row.id);
    const { token: fresh, row: made } = await exchange(await consent());
    expect([use(token).ok, use(fresh).ok, made.state]).toEqual([false, true, 'enabled']);
    await expect(enablePartnerKey(member, row.id)).rejects.toMatchObject({ code: 'invalid_id' });
  });
});

describe('a partner', () => {
  it('suspended can do nothing on any account; resumed its keys work and its codes do not', async () => {
    const { plane, exchange, consent, use, idOf } = await createPartnerPlane();
    const { token } = await exchange(await consent());
    const code = await consent();
    await suspendPartner(plane.operator, idOf());
    expect(use(token)).toMatchObject({ ok: false, refusal: 'partner_suspended' });
    await expect(exchange(code)).rejects.toMatchObject(unknownClient);
    await expect(consent()).rejects.toMatchObject({ code: 'invalid_authorization_request' });
    expect((await plane.parts.store.read.selectFrom('authorization_code').selectAll().execute()).length).toBe(0);
    await resumePartner(plane.operator, idOf());
    expect(use(token)).toMatchObject(ok);
    await expect(exchange(code)).rejects.toMatchObject(refused);
  });

  it('removed has no key, no secret and no name to ask with any more', async () => {
    const { plane, exchange, consent, use, idOf } = await createPartnerPlane();
    const { token, row } = await exchange(await consent());
    await removePartner(plane.operator, idOf());
    expect(use(token)).toMatchObject({ ok: false });
    expect((await plane.revokedLog.read()).revoked.has(row.key_id)).toBe(true);
    await expect(consent()).rejects.toMatchObject({ code: 'invalid_authorization_request' });
    await expect(exchange('x')).rejects.toMatchObject(unknownClient);
    await expect(resumePartner(plane.operator, idOf())).rejects.toMatchObject({ code: 'invalid_id' });
  });

  it('has two secrets while one replaces the other', async () => {
    const { plane, exchange, consent, idOf, partner } = await createPartnerPlane();
    const { secret } = await rotatePartnerSecret(plane.operator, idOf(), 86_400_000);
    await exchange(await consent());
    await exchange(await consent(), { secret });
    plane.clock.now += 86_400_000;
    await expect(exchange(await consent())).rejects.toMatchObject(unknownClient);
    await exchange(await consent(), { secret });
    const next = await rotatePartnerSecret(plane.operator, idOf(), 0);
    await expect(exchange(await consent(), { secret })).rejects.toMatchObject(unknownClient);
    await exchange(await consent(), { secret: next.secret });
    expect(partner.secret).toMatch(/^oc_\w{50}$/);
  });

  it('is slowed down while its secret is wrong, and never while it is right', async () => {
    const { exchange, consent } = await createPartnerPlane();
    for (let n = 0; n < 40; n += 1) await exchange(await consent());
    for (let n = 0; n < 30; n += 1) await expect(exchange('x', { secret: `wrong${n}` })).rejects.toMatchObject(unknownClient);
    await expect(exchange('x', { secret: 'wrong' })).rejects.toMatchObject({ name: 'TooManyError' });
    await exchange(await consent());
    await expect(exchange('x', { secret: 'wrong' })).rejects.toMatchObject({ name: 'TooManyError' });
  }, 60_000);
});
