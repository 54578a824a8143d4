import { readActorNames, type ActorNames } from '../actor-names.ts';
import type { DomainContext } from '../context.ts';
import { isExpired } from './expiry.ts';
import type { CredentialRow } from './find.ts';
import { findRestorableUntil } from './restorable.ts';

/** A credential as its account may see it. */
export interface CredentialView {
  /** With the uses that are noted and not yet stored. */
  readonly row: CredentialRow;
  /** The member an API key acts as, the maker of a token, the partner of a partner key. */
  readonly createdBy: string;
  readonly stateChangedBy: string;
  readonly expired: boolean;
  /** Enabled, older than 90 days and not used in the last 90. */
  readonly unused: boolean;
  readonly restorableUntil: number | undefined;
}

const unusedAfterMs = 90 * 86_400_000;

/** Reads what belongs to credentials' rows. */
export async function viewCredentials(ctx: DomainContext, rows: readonly CredentialRow[]): Promise<CredentialView[]> {
  const names = await readActorNames(
    ctx.store.read,
    rows.flatMap((row) => [creatorOf(row), row.state_changed_by]),
  );
  return rows.map((row) => viewRow(ctx, withPendingUse(ctx, row), names));
}

/** The same for one. */
export async function viewCredential(ctx: DomainContext, row: CredentialRow): Promise<CredentialView> {
  const [view] = await viewCredentials(ctx, [row]);
  if (view === undefined) throw new Error('A view for each row.');
  return view;
}

function viewRow(ctx: DomainContext, row: CredentialRow, names: ActorNames): CredentialView {
  const now = ctx.now();
  return {
    row,
    createdBy: names.of(creatorOf(row)),
    stateChangedBy: names.of(row.state_changed_by),
    expired: isExpired(row, now),
    unused: row.state === 'enabled' && Math.max(row.created_at, row.last_used_at ?? 0) < now - unusedAfterMs,
    restorableUntil: findRestorableUntil(row, now),
  };
}

/** As in `audit.actor`. */
function creatorOf(row: CredentialRow): string {
  if (row.kind === 'api_key') return `member:${row.member_id}`;
  if (row.kind === 'partner_key') return `partner:${row.partner_id}`;
  if (row.created_by_member !== null) return `member:${row.created_by_member}`;
  return row.created_by_credential === null ? 'operator' : `api_key:${row.created_by_credential}`;
}

function withPendingUse(ctx: DomainContext, row: CredentialRow): CredentialRow {
  const { used, denied } = ctx.registry.pendingUse(row.id) ?? {};
  return {
    ...row,
    ...(used && {
      last_used_at: used.at,
      last_used_address: used.address,
      last_used_agent: used.userAgent,
      last_used_endpoint: used.endpoint,
    }),
    ...(denied && { last_denied_at: denied.at, last_denied_reason: denied.reason }),
  };
}
