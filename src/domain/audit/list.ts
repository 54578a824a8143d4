import { listAuditRows, type AuditRow } from '../../store/queries/audit.ts';
import { requireAccount } from '../actor.ts';
import { readActorNames } from '../actor-names.ts';
import type { DomainContext } from '../context.ts';

export interface AuditPage {
  readonly entries: readonly { readonly row: AuditRow; readonly actorName: string }[];
  readonly more: boolean;
}

const pageRows = 100;

/** What was done in an account, newest first. Throws `invalid_id`. */
export async function listAudit(
  ctx: DomainContext,
  accountId: number,
  filter: { before?: number | undefined; subject?: string | undefined; actor?: string | undefined },
): Promise<AuditPage> {
  requireAccount(ctx.actor, accountId);
  const rows = await listAuditRows(ctx.store.read, accountId, { ...filter, limit: pageRows + 1 });
  const shown = rows.slice(0, pageRows);
  const names = await readActorNames(
    ctx.store.read,
    shown.map(({ actor }) => actor),
  );
  return { entries: shown.map((row) => ({ row, actorName: names.of(row.actor) })), more: rows.length > pageRows };
}
