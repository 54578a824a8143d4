/** The states of sources, accounts and partners that decide about their credentials. What is unknown is refused. */
export type OwnerChange =
  /** `inactive`: paused by a member. A pause by the system stays `active`: data is accepted and kept. */
  | { readonly kind: 'source'; readonly sourceId: number; readonly state: 'active' | 'inactive' | 'deleted' }
  | { readonly kind: 'account'; readonly accountId: number; readonly held: boolean; readonly apiAccess: boolean }
  /** Inactive: suspended or removed by the operator. */
  | { readonly kind: 'partner'; readonly partnerId: number; readonly active: boolean };

export interface Owners {
  apply(change: OwnerChange): void;
  isSourceActive(sourceId: number | undefined): boolean;
  /** True as well for an account that is not known. */
  isHeld(accountId: number): boolean;
  hasApiAccess(accountId: number): boolean;
  isPartnerActive(partnerId: number | undefined): boolean;
}

const heldBit = 1;
const apiBit = 2;

export function createOwners(): Owners {
  /** Deleted sources are left out. */
  const sources = new Map<number, boolean>();
  const accounts = new Map<number, number>();
  const activePartners = new Set<number>();
  return {
    apply(change) {
      if (change.kind === 'account') accounts.set(change.accountId, (change.held ? heldBit : 0) | (change.apiAccess ? apiBit : 0));
      else if (change.kind === 'partner') {
        if (change.active) activePartners.add(change.partnerId);
        else activePartners.delete(change.partnerId);
      } else if (change.state === 'deleted') sources.delete(change.sourceId);
      else sources.set(change.sourceId, change.state === 'active');
    },
    isSourceActive: (sourceId) => sourceId !== undefined && sources.get(sourceId) === true,
    isHeld: (accountId) => ((accounts.get(accountId) ?? heldBit) & heldBit) !== 0,
    hasApiAccess: (accountId) => ((accounts.get(accountId) ?? 0) & apiBit) !== 0,
    isPartnerActive: (partnerId) => partnerId !== undefined && activePartners.has(partnerId),
  };
}
