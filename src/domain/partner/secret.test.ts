import { describe, expect, it } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { insertTestPartner } from '../../../tests/support/partners.ts';
import { findPartnerBySecret } from './secret.ts';

async function find({ parts }: ControlPlane, secret: string): Promise<string | undefined> {
  return (await findPartnerBySecret(parts.store.read, parts, secret))?.name;
}

describe('a partner that identifies itself', () => {
  it('is known by its secret', async () => {
    const plane = await createControlPlane();
    const { secret } = await insertTestPartner(plane.parts, { name: 'Snow' });
    expect(await find(plane, secret)).toBe('Snow');
  });

  it('is nobody with a wrong secret, or what is no secret', async () => {
    const plane = await createControlPlane();
    const other = await insertTestPartner(plane.parts, { name: 'Rain' });
    expect(await find(plane, plane.parts.mint.mint('partner').token)).toBeUndefined();
    expect(await find(plane, '')).toBeUndefined();
    expect(await find(plane, other.clientId)).toBeUndefined();
  });

  it('may use an old secret until it expires', async () => {
    const plane = await createControlPlane();
    const { secret } = await insertTestPartner(plane.parts, { name: 'Snow', expiresAt: plane.clock.now + 10 });
    plane.clock.now += 9;
    expect(await find(plane, secret)).toBe('Snow');
    plane.clock.now += 1;
    expect(await find(plane, secret)).toBeUndefined();
  });

  it('is nobody while the operator suspends it, and once it is removed', async () => {
    const plane = await createControlPlane();
    const { id, secret } = await insertTestPartner(plane.parts, { name: 'Snow' });
    const set = (changes: { suspended_at?: number | null; removed_at?: number }): Promise<unknown> =>
      plane.parts.store.transaction((tx) => tx.updateTable('partner').set(changes).where('id', '=', id).execute());
    await set({ suspended_at: 1 });
    expect(await find(plane, secret)).toBeUndefined();
    await set({ suspended_at: null });
    expect(await find(plane, secret)).toBe('Snow');
    await set({ removed_at: 1 });
    expect(await find(plane, secret)).toBeUndefined();
  });
});
