import { randomBytes } from 'node:crypto';
import { createCredentialIndex } from './credential-index.ts';
import type { CredentialState } from './credential-columns.ts';
import { digestLength, digestToken } from './digest.ts';
import { keyIdLength, parseToken } from './format.ts';
import { createGenerations } from './generations.ts';
import { createOwners } from './owners.ts';
import type { OwnerChange } from './owners.ts';
import type { Peppers } from './peppers.ts';
import type { CredentialKind, Misuse, MisuseRecorder, Principal, Refusal, Usage, UseRecorder, Verdict, Verifier } from './principal.ts';
import { createUsageLog } from './usage-log.ts';
import type { PendingUse, UsageRow } from './usage-log.ts';

/** A committed change of anything a verification depends on; a credential is given whole. */
export type RegistryChange =
  | {
      readonly kind: 'credential';
      readonly id: number;
      readonly keyId: string;
      readonly credentialKind: CredentialKind;
      readonly accountId: number;
      readonly sourceId: number | undefined;
      readonly memberId: number | undefined;
      readonly partnerId: number | undefined;
      readonly digest: Uint8Array;
      readonly pepperId: number;
      readonly state: CredentialState;
      readonly disabledByPlan: boolean;
      /** Milliseconds since the epoch; absent: never. */
      readonly expiresAt?: number | undefined;
    }
  | OwnerChange;

/** Every live credential of the installation in memory; `verify` and `admit` do no I/O (access.md). */
export interface Registry extends Verifier, MisuseRecorder, UseRecorder {
  /** Puts committed changes in force, all of them before any later verification. Call it in the order of the commits. Throws before changing anything. */
  apply(changes: readonly RegistryChange[]): void;
  /** Resolves when every admission given before the last `apply` has ended; rejects NotDrainedError after five seconds. */
  drained(): Promise<void>;
  /** Removes and returns at most `max` rows of last use to write; `all`, for the shutdown, also those that were written within ten seconds. */
  takeUsage(max: number, options?: { all?: boolean }): UsageRow[];
  /** What is noted about a credential and not yet taken. */
  pendingUse(credentialId: number): PendingUse | undefined;
}

export interface RegistryOptions {
  readonly peppers: Peppers;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** `performance.now()`. */
  readonly monotonicMs: () => number;
  /** How long an admission allows an effect to begin. */
  readonly admissionMs?: number;
  /** How long `drained` waits. */
  readonly drainMs?: number;
}

const unauthorized: Verdict = Object.freeze({ ok: false, refusal: 'not_authorized', credentialId: undefined });
/** Holds a digest that nothing matches, so that an unknown id costs what a known one costs. */
const dummyRow = 0;

/** An empty registry; `loadRegistry` fills it before anything is served. */
export function createRegistry(options: RegistryOptions): Registry {
  const { peppers, now, monotonicMs, admissionMs = 5000, drainMs = 5000 } = options;
  const usageLog = createUsageLog({ now });
  const index = createCredentialIndex({ now });
  const { columns } = index;
  const owners = createOwners();
  const generations = createGenerations({ monotonicMs, admissionMs, drainMs });

  columns.write(dummyRow, {
    id: 0,
    keyId: '',
    kind: 'import_token',
    state: 'deleted',
    disabledByPlan: false,
    accountId: 0,
    sourceId: undefined,
    memberId: undefined,
    partnerId: undefined,
    digest: randomBytes(digestLength),
    pepperId: peppers.currentId,
  });

  /** The row whose secret the token holds. */
  function findMatch(token: string | undefined): number | undefined {
    const parts = parseToken(token);
    if (parts === undefined) return undefined;
    const row = index.findByKeyId(parts.keyId) ?? dummyRow;
    const digest = digestToken(peppers.get(columns.pepperId(row)), columns.kind(row), parts);
    return columns.digestEquals(row, digest) && row !== dummyRow ? row : undefined;
  }

  function findRefusal(row: number): Refusal | undefined {
    const state = columns.state(row);
    if (state === 'deleted') return 'deleted';
    if (state === 'disabled') return columns.disabledByPlan(row) ? 'plan' : 'disabled';
    if ((columns.expiresAt(row) ?? Infinity) <= now()) return 'expired';
    const kind = columns.kind(row);
    if (kind === 'api_key' && !owners.hasApiAccess(columns.accountId(row))) return 'plan';
    if (kind === 'partner_key' && !owners.isPartnerActive(columns.partnerId(row))) return 'partner_suspended';
    if (kind !== 'import_token' && kind !== 'webhook_url') return undefined;
    if (owners.isHeld(columns.accountId(row))) return 'account_on_hold';
    return owners.isSourceActive(columns.sourceId(row)) ? undefined : 'source_inactive';
  }

  function principalOf(row: number): Principal {
    return {
      kind: columns.kind(row),
      credentialId: columns.id(row),
      accountId: columns.accountId(row),
      sourceId: columns.sourceId(row),
      memberId: columns.memberId(row),
      partnerId: columns.partnerId(row),
    };
  }

  function refuse(row: number, refusal: Refusal, reason: string): Verdict {
    const credentialId = columns.id(row);
    usageLog.denied(credentialId, reason);
    return { ok: false, refusal, credentialId };
  }

  return {
    verify(token: string | undefined, accepts: readonly CredentialKind[], usage: Usage): Verdict {
      const row = findMatch(token);
      if (row === undefined) return unauthorized;
      if (!accepts.includes(columns.kind(row))) return refuse(row, 'not_authorized', 'wrong_kind');
      const refusal = findRefusal(row);
      if (refusal !== undefined) return refuse(row, refusal, refusal);
      usageLog.used(columns.id(row), usage);
      return { ok: true, principal: principalOf(row) };
    },

    admit(principal) {
      const row = index.findById(principal.credentialId);
      return row === undefined || findRefusal(row) !== undefined ? undefined : generations.enter();
    },

    recordMisuse(token: string, misuse: Misuse) {
      const row = findMatch(token);
      if (row !== undefined) usageLog.denied(columns.id(row), misuse);
    },

    recordUse: (credentialId, usage) => usageLog.used(credentialId, usage),

    apply(changes) {
      for (const change of changes) {
        if (change.kind !== 'credential') continue;
        peppers.get(change.pepperId);
        if (change.digest.length !== digestLength || change.keyId.length !== keyIdLength) {
          throw new RangeError(
            `Credential ${change.id} has a digest of ${change.digest.length} bytes and a key id of ${change.keyId.length} characters.`,
          );
        }
      }
      for (const change of changes) {
        if (change.kind === 'credential') index.put({ ...change, kind: change.credentialKind });
        else owners.apply(change);
      }
      generations.advance();
    },

    drained: () => generations.drained(),
    takeUsage: (max, takeOptions) => usageLog.take(max, takeOptions),
    pendingUse: (credentialId) => usageLog.find(credentialId),
  };
}
