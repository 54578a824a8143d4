import type { AuditHead, AuditVerdict } from '../../store/audit.ts';
import { requireOperator } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** Checks the chain of audit rows, and that it still contains `head`. Operator only. */
export async function verifyAudit(ctx: DomainContext, head: AuditHead | undefined): Promise<AuditVerdict> {
  requireOperator(ctx.actor);
  return ctx.audit.verify(ctx.store.read, head);
}
