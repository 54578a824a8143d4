/** Partners as rows, for tests that need one and no operator. */
import { randomBase62 } from '../../src/access/format.ts';
import type { DomainParts } from '../../src/domain/context.ts';
import { insertPartnerSecret } from '../../src/store/queries/partner.ts';
import { nextId } from '../../src/store/queries/sequence.ts';

export interface TestPartner {
  readonly id: number;
  readonly clientId: string;
  readonly secret: string;
}

/** A partner with one secret, known to the registry. */
export async function insertTestPartner(
  { store, mint, registry, now }: Pick<DomainParts, 'store' | 'mint' | 'registry' | 'now'>,
  { name, expiresAt = null }: { name: string; expiresAt?: number | null },
): Promise<TestPartner> {
  const { token, keyId, digest, pepperId, last4 } = mint.mint('partner');
  const clientId = `oc_${randomBase62(12)}`;
  const id = await store.transaction(async (tx) => {
    const partnerId = await nextId(tx, 'partner');
    const uris = JSON.stringify(['https://partner.example/callback']);
    const created = { created_at: now() };
    await tx
      .insertInto('partner')
      .values({ id: partnerId, name, client_id: clientId, redirect_uris: uris, ...created })
      .execute();
    await insertPartnerSecret(tx, {
      key_id: keyId,
      partner_id: partnerId,
      digest,
      pepper_id: pepperId,
      last4,
      expires_at: expiresAt,
      ...created,
    });
    return partnerId;
  });
  registry.apply([{ kind: 'partner', partnerId: id, active: true }]);
  return { id, clientId, secret: token };
}
