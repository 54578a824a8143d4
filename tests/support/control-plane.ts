/** The control plane of a test: real store, registry, log of revocations and audit trail, in a directory of their own unless a store is given. */
import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createMint } from '../../src/access/mint.ts';
import { createPeppers } from '../../src/access/peppers.ts';
import type { Verdict } from '../../src/access/principal.ts';
import { createRegistry, type Registry, type RegistryOptions } from '../../src/access/registry.ts';
import { createSealer } from '../../src/access/seal.ts';
import { openRevokedLog, type RevokedLog } from '../../src/access/revoked-log.ts';
import { createAccount, type CreatedAccount } from '../../src/domain/account/create.ts';
import { createChanges } from '../../src/domain/changes.ts';
import type { Actor, DomainContext, DomainParts } from '../../src/domain/context.ts';
import type { CredentialRow } from '../../src/store/queries/credential.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { openStore, type Store } from '../../src/store/database.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface ControlPlane {
  readonly directory: string;
  readonly parts: DomainParts;
  readonly registry: Registry;
  readonly revokedLog: RevokedLog;
  readonly operator: DomainContext;
  /** Milliseconds since the epoch, moved by hand. */
  readonly clock: { now: number };
  as(actor: Actor): DomainContext;
  verify(token: string): Verdict;
  /** A new account with its first member. */
  account(email?: string): Promise<CreatedAccount>;
}

export async function createControlPlane(
  options: { store?: Store; registry?: Partial<RegistryOptions>; wrapLog?: (log: RevokedLog) => RevokedLog } = {},
): Promise<ControlPlane> {
  const directory = temporaryDirectory();
  const clock = { now: Date.UTC(2031, 3, 2, 8, 59, 1) };
  const now = (): number => clock.now;
  const master = randomBytes(32);
  const derive = (purpose: string): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', master, 'test', purpose, 32)));
  const peppers = createPeppers({ derive, currentId: 1 });
  const store = options.store ?? (await openStore({ path: join(directory, 'store.db') }));
  const opened = await openRevokedLog({ file: join(directory, 'revoked.log') });
  onTestFinished(async () => {
    await store.close();
    await opened.close();
  });
  const revokedLog = options.wrapLog?.(opened) ?? opened;
  const registry = createRegistry({ peppers, now, monotonicMs: () => performance.now(), ...options.registry });
  const parts: DomainParts = {
    store,
    registry,
    mint: createMint({ peppers }),
    sealer: createSealer({ derive, currentId: 1 }),
    audit: createAuditTrail({ key: createSecretKey(randomBytes(32)) }),
    changes: createChanges({ store, registry, revokedLog, now }),
    now,
  };
  const as = (actor: Actor): DomainContext => ({ ...parts, actor, requestId: 'req-1', address: '192.0.2.1' });
  const operator = as({ kind: 'operator' });
  let accounts = 0;
  return {
    directory,
    parts,
    registry,
    revokedLog,
    operator,
    clock,
    as,
    verify: (token) => registry.verify(token, ['api_key', 'import_token'], { address: '192.0.2.9', userAgent: 'test', endpoint: 'test' }),
    account: (email = `ann${(accounts += 1)}@example.com`) => createAccount(operator, { company: 'Acme', email, name: 'Ann' }),
  };
}

/** The actor an API key's row stands for. */
export function keyActor(row: CredentialRow): Actor {
  if (row.member_id === null) throw new Error('not an API key');
  return { kind: 'api_key', credentialId: row.id, accountId: row.account_id, memberId: row.member_id };
}
