import { describe, expect, it } from 'vitest';
import { codeOf, createAccountServer } from '../../../tests/support/account-server.ts';
import { createPasswords } from '../../access/passwords.ts';
import { updateMember } from '../../store/queries/member.ts';

describe('a session', () => {
  it('keeps no key that a client writes into its user agent, nor does the audit log', async () => {
    const { ann, plane, url } = await createAccountServer();
    const { secret } = (await ann.call('POST', '/api-keys', { description: 'job' })).body as { secret?: string };
    const password = 'vivid harbor lantern';
    const passwordHash = await createPasswords().hash(password);
    await plane.parts.store.transaction((tx) => updateMember(tx, ann.memberId, { password_hash: passwordHash }));
    const response = await fetch(new URL('/account/v1/session', url), {
      method: 'POST',
      headers: { origin: url.origin, 'content-type': 'application/json', 'user-agent': `job/1.0 (${secret})` },
      body: JSON.stringify({ email: 'ann@example.com', password }),
    });
    expect(response.status).toBe(200);
    const shown = [await ann.call('GET', '/sessions'), await ann.call('GET', '/audit')].map(({ text }) => text).join('');
    expect(shown).toContain('job/1.0');
    expect(shown).not.toContain(secret?.slice(-38));
  });

  it('an hour after the password was given makes no Administrator by an invitation', async () => {
    const { ann, plane } = await createAccountServer();
    const { id } = (await ann.call('POST', '/invitations', { email: 'ben@example.com' })).body as { id?: number };
    plane.clock.now += 3_600_000;
    const acts = [
      ann.call('POST', '/invitations', { email: 'cleo@example.com', role: 'administrator' }),
      ann.call('PUT', `/invitations/${id}`, { role: 'administrator' }),
      ann.call('POST', `/invitations/${id}/resend`),
    ];
    expect((await Promise.all(acts)).map(codeOf)).toEqual(Array.from(acts, () => '403 reauthentication_required'));
  });

  it('of somebody deactivated leaves no key behind whose secret they were shown', async () => {
    const { ann, join, plane } = await createAccountServer();
    const ben = await join('ben@example.com');
    const made = (await ann.call('POST', '/api-keys', { description: 'job' })).body as { key?: { id: number } };
    const rotated = await ben.call('POST', `/api-keys/${made.key?.id}/rotation`, { grace_seconds: 0 });
    const { secret, key } = rotated.body as { secret?: string; key?: Record<string, unknown> };
    expect([rotated.status, key?.['created_by']]).toEqual([200, 'ben@example.com']);
    expect(plane.verify(secret ?? '').ok).toBe(true);
    expect((await ann.call('POST', `/members/${ben.memberId}/deactivation`, { keys: 'disable' })).status).toBe(200);
    expect(plane.verify(secret ?? '')).toMatchObject({ ok: false, refusal: 'disabled' });
  });
});
