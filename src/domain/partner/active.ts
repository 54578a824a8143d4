import type { PartnerRow } from '../../store/queries/partner.ts';

/** Whether the keys of a partner may work: the operator neither suspended nor removed it. */
export function isActivePartner({ suspended_at: suspended, removed_at: removed }: PartnerRow): boolean {
  return suspended === null && removed === null;
}
