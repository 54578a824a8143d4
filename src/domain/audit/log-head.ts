import type { AuditTrail } from '../../store/audit.ts';
import type { Store } from '../../store/database.ts';

/** Notes the head in the log: kept outside the store, it proves later that the end of the trail was not cut off (access.md, audit). */
export async function logAuditHead(options: {
  store: Store;
  audit: AuditTrail;
  log: { info(fields: object, message: string): void };
}): Promise<void> {
  const head = await options.audit.head(options.store.read);
  if (head !== undefined)
    options.log.info({ head: `${head.seq}:${head.mac}` }, 'The audit log ends here; verify it later against this head.');
}
