import { expect, it } from 'vitest';
import { createPartnerPlane } from '../../../tests/support/partner.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { disablePartnerKey } from '../partner-key/disable.ts';
import { createNoticeOutbox } from './notice-outbox.ts';
import { listPartners } from './list.ts';
import { removePartner } from './remove.ts';
import { resumePartner, suspendPartner } from './set-suspended.ts';
import { introspectToken } from './token.ts';

describeStores('what partners are granted', (engine) => {
  it('is kept: registration, consent, exchange, notice and end', async () => {
    const { plane, consent, exchange, member, visitor, partner, register, use, idOf } = await createPartnerPlane({
      store: await engine.temporaryStore(),
    });
    await register('Other');
    const proof = { secret: partner.secret, clientId: undefined };
    const { token: first } = await exchange(await consent({}, { days: 1 }));
    const code = await consent();
    const { token, row } = await exchange(code);
    expect([use(first).ok, use(token).ok]).toEqual([false, true]);
    expect(await introspectToken(visitor, proof, token)).toMatchObject({ key: { id: row.id } });
    expect(await introspectToken(visitor, proof, first)).toBeUndefined();
    expect(await listPartners(plane.operator)).toMatchObject([
      { row: { name: 'Vendor' }, accounts: 1, secrets: [{ last4: partner.secret.slice(-4) }] },
      { row: { name: 'Other' }, accounts: 0 },
    ]);
    await disablePartnerKey(member, row.id);
    const outbox = createNoticeOutbox(plane.parts);
    const [notice] = await outbox.due();
    if (notice === undefined) throw new Error('no notice');
    expect(JSON.parse(notice.body)).toMatchObject({ event: 'revoked', partner_id: idOf() });
    await outbox.failed(notice);
    expect(await outbox.due()).toEqual([]);
    plane.clock.now += 10_000;
    expect(await outbox.due()).toMatchObject([{ id: notice.id, attempts: 1 }]);
    await suspendPartner(plane.operator, idOf());
    expect(await outbox.due()).toEqual([]);
    await resumePartner(plane.operator, idOf());
    expect(await outbox.due()).toMatchObject([{ id: notice.id }]);
    await outbox.delivered(notice);
    expect(await outbox.due()).toEqual([]);

    const again = await consent();
    const { token: last } = await exchange(again);
    const outcomes = await Promise.allSettled([exchange(again), exchange(again)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(use(last).ok).toBe(false);
    await exchange(await consent());
    await removePartner(plane.operator, idOf());
    expect(await listPartners(plane.operator)).toHaveLength(1);
  });
});
