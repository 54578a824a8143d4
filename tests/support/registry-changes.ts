import { createSecretKey, createHash } from 'node:crypto';
import { createMint } from '../../src/access/mint.ts';
import { createPeppers } from '../../src/access/peppers.ts';
import type { Peppers } from '../../src/access/peppers.ts';
import type { CredentialKind } from '../../src/access/principal.ts';
import type { RegistryChange } from '../../src/access/registry.ts';

export type CredentialChange = Extract<RegistryChange, { kind: 'credential' }>;

export const usage = { address: '192.0.2.1', userAgent: 'test', endpoint: 'push' };

/** Peppers from a fixed master key. */
export function testPeppers(currentId = 1): Peppers {
  return createPeppers({ derive: (purpose) => createSecretKey(createHash('sha256').update(purpose).digest()), currentId });
}

/** A new credential and the change that makes it known; import tokens belong to source `accountId`. */
export function mintChange(
  peppers: Peppers,
  id: number,
  kind: CredentialKind,
  columns: Partial<CredentialChange> = {},
): { token: string; change: CredentialChange } {
  const { token, keyId, digest, pepperId } = createMint({ peppers }).mint(kind);
  const accountId = columns.accountId ?? 10;
  const change: CredentialChange = {
    kind: 'credential',
    id,
    keyId,
    credentialKind: kind,
    accountId,
    sourceId: kind === 'import_token' ? accountId : undefined,
    memberId: kind === 'import_token' ? undefined : accountId,
    partnerId: kind === 'partner_key' ? 1 : undefined,
    digest,
    pepperId,
    state: 'enabled',
    disabledByPlan: false,
    ...columns,
  };
  return { token, change };
}
