import { listImportTokenRows } from '../../store/queries/credential.ts';
import { deleteConnectionSecrets } from '../../store/queries/connection-secret.ts';
import { terminateJob } from '../../store/queries/job.ts';
import { findSource, updateSourceRow, type SourceRow } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { deleteCredential } from '../credential/set-state.ts';
import { unknownSource } from './find.ts';

/**
 * Deletes a source, its tokens and its credentials in one transaction, and ends its job; data accepted before still loads.
 * Throws `invalid_id`, `not_confirmed`.
 */
export async function deleteSource(ctx: DomainContext, accountId: number, sourceId: number): Promise<SourceRow> {
  requireAccount(ctx.actor, accountId);
  const subject = `source:${sourceId}`;
  return change(ctx, subject, async (tx, effects) => {
    const source = await findSource(tx, accountId, sourceId);
    if (source === undefined) throw unknownSource(sourceId);
    effects.revokes = true;
    if (source.deleted_at !== null) {
      if (!ctx.changes.isUnconfirmed(subject)) throw unknownSource(sourceId);
      return source;
    }
    for (const token of await listImportTokenRows(tx, sourceId)) {
      await deleteCredential(ctx, tx, effects, token, { reason: 'source_deleted', compromised: false });
    }
    await deleteConnectionSecrets(tx, sourceId);
    const now = ctx.now();
    await terminateJob(tx, sourceId, now);
    const deleted = await updateSourceRow(tx, sourceId, { deleted_at: now, updated_at: now });
    await recordAudit(ctx, tx, { accountId, verb: 'source.delete', subject, before: { name: source.name }, after: { deleted_at: now } });
    effects.registry.push({ kind: 'source', sourceId, state: 'deleted' });
    return deleted;
  });
}
