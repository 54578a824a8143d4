import { createCredentialColumns } from './credential-columns.ts';
import type { CredentialColumns, CredentialRecord } from './credential-columns.ts';
import { createRowTable, hashId, hashText } from './row-table.ts';

/** Which row a credential is in; the row of a deleted one is given away once nobody can bring it back. */
export interface CredentialIndex {
  readonly columns: CredentialColumns;
  findByKeyId(keyId: string): number | undefined;
  findById(id: number): number | undefined;
  /** Writes a credential into its row, or a new one. A credential that is deleted and unknown is not kept. */
  put(record: CredentialRecord): void;
}

/** How long a member may bring a deleted credential back (access.md, state): its row is kept so long. */
const keepDeletedMs = 600_000;

/** Row 0 stays free for the caller. */
export function createCredentialIndex(options: { now: () => number }): CredentialIndex {
  const columns = createCredentialColumns();
  const byKeyId = createRowTable((row) => hashText(columns.keyId(row)));
  const byId = createRowTable((row) => hashId(columns.id(row)));
  /** When each deleted credential's row was marked, oldest first. */
  const deletedAt = new Map<number, number>();
  let rows = 1;

  const findById = (id: number): number | undefined => byId.find(hashId(id), (row) => columns.id(row) === id);

  function allocate(): number {
    const [row, at] = deletedAt.entries().next().value ?? [];
    if (row === undefined || at === undefined || at + keepDeletedMs > options.now()) return rows++;
    deletedAt.delete(row);
    byKeyId.remove(row);
    byId.remove(row);
    return row;
  }

  return {
    columns,
    findById,
    findByKeyId: (keyId) => byKeyId.find(hashText(keyId), (row) => columns.keyIdEquals(row, keyId)),
    put(record) {
      const known = findById(record.id);
      if (record.state === 'deleted') {
        if (known === undefined) return;
        columns.setState(known, 'deleted');
        if (!deletedAt.has(known)) deletedAt.set(known, options.now());
      } else if (known === undefined) {
        const row = allocate();
        columns.write(row, record);
        byKeyId.add(row);
        byId.add(row);
      } else {
        // The tables find the row by its key id and id: those never change.
        columns.write(known, record);
        deletedAt.delete(known);
      }
    },
  };
}
