import { timingSafeEqual } from 'node:crypto';
import { digestLength } from './digest.ts';
import { keyIdLength } from './format.ts';
import type { CredentialKind } from './principal.ts';

export type CredentialState = 'enabled' | 'disabled' | 'deleted';

/** One credential as the registry keeps it. Absent owners are undefined. */
export interface CredentialRecord {
  readonly id: number;
  /** 12 ASCII characters. */
  readonly keyId: string;
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  readonly disabledByPlan: boolean;
  readonly accountId: number;
  readonly sourceId: number | undefined;
  readonly memberId: number | undefined;
  readonly partnerId: number | undefined;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  readonly pepperId: number;
  /** Milliseconds since the epoch from which on it is refused; absent: never. */
  readonly expiresAt?: number | undefined;
}

const kinds: readonly CredentialKind[] = ['api_key', 'partner_key', 'import_token', 'webhook_url'];
const states: readonly CredentialState[] = ['enabled', 'disabled', 'deleted'];

/** Rows of credentials in typed arrays: about 105 bytes each, no object per credential (access.md, verify). */
export interface CredentialColumns {
  write(row: number, record: CredentialRecord): void;
  setState(row: number, state: CredentialState): void;
  id(row: number): number;
  keyId(row: number): string;
  keyIdEquals(row: number, keyId: string): boolean;
  kind(row: number): CredentialKind;
  state(row: number): CredentialState;
  disabledByPlan(row: number): boolean;
  accountId(row: number): number;
  sourceId(row: number): number | undefined;
  memberId(row: number): number | undefined;
  partnerId(row: number): number | undefined;
  pepperId(row: number): number;
  expiresAt(row: number): number | undefined;
  /** Compares in constant time. */
  digestEquals(row: number, digest: Uint8Array): boolean;
}

/** Row numbers are the caller's; writing beyond the end makes room. */
export function createCredentialColumns(): CredentialColumns {
  let capacity = 64;
  let keyIds = Buffer.alloc(capacity * keyIdLength);
  let digests = new Uint8Array(capacity * digestLength);
  /** Bits 0–1 kind, 2–3 state, 4 disabled by plan. */
  let flags = new Uint8Array(capacity);
  let peppers = new Uint16Array(capacity);
  let ids = new Float64Array(capacity);
  let accounts = new Float64Array(capacity);
  // Ids begin at 1: 0 stands for none.
  let sources = new Float64Array(capacity);
  let members = new Float64Array(capacity);
  let partners = new Float64Array(capacity);
  // 0 stands for never.
  let expiries = new Float64Array(capacity);

  function reserve(rows: number): void {
    if (rows <= capacity) return;
    capacity = Math.max(rows, Math.ceil(capacity * 1.5));
    keyIds = grown(keyIds, Buffer.alloc(capacity * keyIdLength));
    digests = grown(digests, new Uint8Array(capacity * digestLength));
    flags = grown(flags, new Uint8Array(capacity));
    peppers = grown(peppers, new Uint16Array(capacity));
    ids = grown(ids, new Float64Array(capacity));
    accounts = grown(accounts, new Float64Array(capacity));
    sources = grown(sources, new Float64Array(capacity));
    members = grown(members, new Float64Array(capacity));
    partners = grown(partners, new Float64Array(capacity));
    expiries = grown(expiries, new Float64Array(capacity));
  }

  const flag = (row: number): number => flags[row] ?? 0;

  return {
    write(row, record) {
      reserve(row + 1);
      keyIds.write(record.keyId, row * keyIdLength, keyIdLength, 'latin1');
      digests.set(record.digest, row * digestLength);
      flags[row] = kinds.indexOf(record.kind) | (states.indexOf(record.state) << 2) | (record.disabledByPlan ? 16 : 0);
      peppers[row] = record.pepperId;
      ids[row] = record.id;
      accounts[row] = record.accountId;
      sources[row] = record.sourceId ?? 0;
      members[row] = record.memberId ?? 0;
      partners[row] = record.partnerId ?? 0;
      expiries[row] = record.expiresAt ?? 0;
    },
    setState(row, state) {
      flags[row] = (flag(row) & ~0b1100) | (states.indexOf(state) << 2);
    },
    id: (row) => ids[row] ?? 0,
    keyId: (row) => keyIds.toString('latin1', row * keyIdLength, (row + 1) * keyIdLength),
    keyIdEquals(row, keyId) {
      if (keyId.length !== keyIdLength) return false;
      const start = row * keyIdLength;
      for (let index = 0; index < keyIdLength; index += 1) if (keyIds[start + index] !== keyId.charCodeAt(index)) return false;
      return true;
    },
    kind: (row) => kinds[flag(row) & 3] ?? 'api_key',
    state: (row) => states[(flag(row) >> 2) & 3] ?? 'deleted',
    disabledByPlan: (row) => (flag(row) & 16) !== 0,
    accountId: (row) => accounts[row] ?? 0,
    sourceId: (row) => sources[row] || undefined,
    memberId: (row) => members[row] || undefined,
    partnerId: (row) => partners[row] || undefined,
    pepperId: (row) => peppers[row] ?? 0,
    expiresAt: (row) => expiries[row] || undefined,
    digestEquals: (row, digest) => timingSafeEqual(digests.subarray(row * digestLength, (row + 1) * digestLength), digest),
  };
}

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
