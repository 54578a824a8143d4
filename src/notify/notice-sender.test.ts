import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasOpenssl, startHttpsReceiver } from '../../tests/support/https-receiver.ts';
import { createPartnerPlane } from '../../tests/support/partner.ts';
import { disablePartnerKey } from '../domain/partner-key/disable.ts';
import { deletePartnerKey } from '../domain/partner-key/delete.ts';
import { enablePartnerKey } from '../domain/partner-key/enable.ts';
import { createNoticeOutbox } from '../domain/partner/notice-outbox.ts';
import { removePartner } from '../domain/partner/remove.ts';
import { createEgress } from '../lib/egress.ts';
import { createNoticeSender } from './notice-sender.ts';

const loopback = createEgress({ privateAllowed: true, allowed: [] }, async () => [{ address: '127.0.0.1' }]);
const publicOnly = createEgress({ privateAllowed: false, allowed: [] }, async () => [{ address: '127.0.0.1' }]);

/** Certificates need the program `openssl`; without it these tests are skipped. */
describe.skipIf(!hasOpenssl)('the notices to a partner', () => {
  it('say in order, signed, what a member did to its key', async () => {
    const { plane, register, consent, exchange, member, accountId, idOf } = await createPartnerPlane();
    const receiver = await startHttpsReceiver();
    const partner = await register('Told', { noticeUrl: `https://hook.example.test:${receiver.port}/notices?s=secret-part` });
    const { row } = await exchange(await consent({}, { partner }), { secret: partner.secret });
    await disablePartnerKey(member, row.id);
    await disablePartnerKey(member, row.id);
    await enablePartnerKey(member, row.id);
    await deletePartnerKey(member, row.id, { compromised: false });

    const key = createSecretKey(randomBytes(32));
    const keys: number[] = [];
    receiver.answer = () => (receiver.received.length === 1 ? 500 : 200);
    const logged: string[] = [];
    const sender = createNoticeSender({
      outbox: createNoticeOutbox(plane.parts),
      egress: loopback,
      noticeKey: (id) => (keys.push(id), key),
      log: { warn: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
      now: () => plane.clock.now,
      everyMs: 5,
      ca: receiver.certificate,
    });
    onTestFinished(() => sender.stop());
    sender.start();
    await vi.waitUntil(() => logged.length > 0);
    // What follows waits for the first, which is sent again later.
    expect(receiver.received).toHaveLength(1);
    expect(logged.join()).toContain('status 500');
    plane.clock.now += 10_000;
    await vi.waitUntil(async () => (await plane.parts.store.read.selectFrom('partner_notice').select('id').execute()).length === 0);

    const [first, ...sent] = receiver.received;
    expect(sent[0]?.body).toBe(first?.body);
    expect(sent.map(({ path }) => path)).toEqual(Array(3).fill('/notices?s=secret-part'));
    const about = { partner_id: idOf(partner), stitch_account_id: accountId, at: '2031-04-02T08:59:01Z' };
    expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { event: 'revoked', ...about, state: 'disabled' },
      { event: 'enabled', ...about, state: 'enabled' },
      { event: 'revoked', ...about, state: 'deleted' },
    ]);
    for (const { body, headers } of sent) {
      const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['thimble-signature'])) ?? [];
      expect(mac).toBe(createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex'));
    }
    expect(new Set(keys)).toEqual(new Set([partner.row.id]));
    expect(logged.join()).not.toContain('secret-part');
  });

  it('go through the gate, are given up after five retries, and end with the partner', async () => {
    const { plane, consent, exchange, member, idOf } = await createPartnerPlane();
    const { row } = await exchange(await consent());
    await disablePartnerKey(member, row.id);
    const outbox = createNoticeOutbox(plane.parts);
    const logged: string[] = [];
    const sender = createNoticeSender({
      outbox,
      egress: publicOnly,
      noticeKey: () => createSecretKey(Buffer.alloc(32)),
      log: { warn: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
      everyMs: 5,
    });
    onTestFinished(() => sender.stop());
    sender.start();
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await vi.waitUntil(() => logged.length === attempt);
      plane.clock.now += 1_800_000;
    }
    await vi.waitUntil(async () => (await plane.parts.store.read.selectFrom('partner_notice').select('id').execute()).length === 0);
    expect(logged.join()).toContain('does not connect to');

    await enablePartnerKey(member, row.id);
    await sender.stop();
    await removePartner(plane.operator, idOf());
    expect(await outbox.due()).toEqual([]);
    expect(await plane.parts.store.read.selectFrom('partner_notice').select('id').execute()).toEqual([]);
  });
});
