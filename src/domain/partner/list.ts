import {
  listKeysOfPartner,
  listPartnerRows,
  listPartnerSecrets,
  type PartnerRow,
  type PartnerSecretRow,
} from '../../store/queries/partner.ts';
import { requireOperator } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** A partner as the operator sees it. */
export interface PartnerView {
  readonly row: PartnerRow;
  /** Those that work, newest first. */
  readonly secrets: readonly PartnerSecretRow[];
  /** Accounts on which it has an enabled key. */
  readonly accounts: number;
}

/** The registered partners. Throws `access_denied`. */
export async function listPartners(ctx: DomainContext): Promise<PartnerView[]> {
  requireOperator(ctx.actor);
  const { read } = ctx.store;
  return Promise.all((await listPartnerRows(read)).map((row) => viewPartner(ctx, row)));
}

/** The same of one. */
export async function viewPartner(ctx: DomainContext, row: PartnerRow): Promise<PartnerView> {
  const { read } = ctx.store;
  const now = ctx.now();
  const secrets = (await listPartnerSecrets(read, row.id)).filter(({ expires_at: end }) => end === null || end > now);
  const keys = (await listKeysOfPartner(read, row.id)).filter(({ state }) => state === 'enabled');
  return { row, secrets, accounts: keys.length };
}
