import type { RevokedLog } from '../../access/revoked-log.ts';
import type { AuditTrail } from '../../store/audit.ts';
import type { Store } from '../../store/database.ts';
import { findCredentialByKeyId, listDeletedCredentials, updateCredential, type CredentialRow } from '../../store/queries/credential.ts';

export interface ReplayResult {
  /** Credentials a restored store had revived and that are deleted again. */
  readonly corrected: number;
  /** Deletions the log lacked: the process ended between their commit and their line. */
  readonly appended: number;
  readonly damagedLines: number;
}

const pageRows = 500;

/** Makes the store and the log of revocations agree before anything is served: what either calls dead is dead (access.md, at rest). */
export async function replayRevoked(options: {
  store: Store;
  revokedLog: RevokedLog;
  audit: AuditTrail;
  now: () => number;
}): Promise<ReplayResult> {
  const { store, revokedLog, audit, now } = options;
  const { revoked, damagedLines } = await revokedLog.read();
  const keyIds = [...revoked.keys()];
  let corrected = 0;
  for (let start = 0; start < keyIds.length; start += pageRows) {
    const revived = await findRevived(store, keyIds.slice(start, start + pageRows));
    if (revived.length === 0) continue;
    await store.transaction(async (tx) => {
      for (const row of revived) {
        const at = now();
        await updateCredential(tx, row.id, {
          state: 'deleted',
          slot: null,
          state_reason: null,
          state_changed_at: at,
          state_changed_by: 'system',
        });
        await audit.append(tx, {
          accountId: row.account_id,
          actor: 'system',
          verb: `${row.kind}.replay_revoked`,
          subject: `${row.kind}:${row.id}`,
          before: { state: row.state },
          after: { state: 'deleted' },
          at,
        });
      }
    });
    corrected += revived.length;
  }

  let appended = 0;
  for (let afterId = 0; ;) {
    const page = await listDeletedCredentials(store.read, afterId, pageRows);
    const missing = page.filter((row) => !revoked.has(row.key_id));
    await Promise.all(missing.map((row) => revokedLog.append({ kind: 'revoked', id: row.id, keyId: row.key_id }, row.state_changed_at)));
    appended += missing.length;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return { corrected, appended, damagedLines };
    afterId = last.id;
  }
}

async function findRevived(store: Store, keyIds: readonly string[]): Promise<CredentialRow[]> {
  const rows = await Promise.all(keyIds.map((keyId) => findCredentialByKeyId(store.read, keyId)));
  return rows.flatMap((row) => (row === undefined || row.state === 'deleted' ? [] : [row]));
}
