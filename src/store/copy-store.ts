import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Store } from './database.ts';
import { moveMarks } from './move-marks.ts';
import type { Tables } from './tables.ts';

/** The copy differs from its original. Nothing of it was stored. */
class CopyMismatchError extends Error {
  override readonly name = 'CopyMismatchError';
}

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
}

type Row = Record<string, string | number | Uint8Array | null>;
// Tables of any migration, also of those this file does not know.
type AnyTables = Record<string, Row>;

const pageRows = 500;
/** The bookkeeping of migrations is each store's own. */
const ownTables = ['migration'];

/**
 * Copies every table of an embedded store to a PostgreSQL store of the same schema, over what an earlier attempt left there, in one
 * transaction that ends with a comparison: count of rows and a hash, both read back. Throws CopyMismatchError.
 */
export async function copyStore(from: Store, to: Store, progress: (copied: CopiedTable) => void): Promise<CopiedTable[]> {
  const tables = await listTables(from.read);
  return to.transaction(async (tx) => {
    for (const table of tables.toReversed()) await sql`delete from ${sql.table(table)} ${keptRows(table)}`.execute(tx);
    const copied: CopiedTable[] = [];
    for (const table of tables) {
      const original = await copyTable(from.read, tx, table);
      const copy = await digestCopy(tx, table);
      if (copy.rows !== original.rows || copy.hash !== original.hash) {
        throw new CopyMismatchError(`The copy of ${table} differs: ${original.rows} rows became ${copy.rows}, or not the same.`);
      }
      copied.push({ table, rows: copy.rows });
      progress({ table, rows: copy.rows });
    }
    await continueCounters(from.read, tx);
    return copied;
  });
}

/** Every table, those before that others refer to. */
async function listTables(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name`.execute(db);
  const names = rows.map(({ name }) => name).filter((name) => !ownTables.includes(name));
  const sorted = new Set<string>();
  const visit = async (name: string, path: readonly string[]): Promise<void> => {
    if (sorted.has(name) || path.includes(name)) return;
    const referred = await sql<{ name: string }>`select "table" as name from pragma_foreign_key_list(${name})`.execute(db);
    for (const other of referred.rows) await visit(other.name, [...path, name]);
    sorted.add(name);
  };
  for (const name of names) await visit(name, []);
  return [...sorted];
}

async function copyTable(from: Kysely<Tables>, tx: Transaction<Tables>, table: string): Promise<{ rows: number; hash: string }> {
  const digest = createRowsDigest();
  const target = tx as unknown as Kysely<AnyTables>;
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const page = await sql<Row & { copied_rowid: number }>`
      select rowid as copied_rowid, * from ${sql.table(table)} where rowid > ${after} order by rowid limit ${pageRows}`.execute(from);
    const rows = page.rows.map(({ copied_rowid, ...row }) => {
      after = copied_rowid;
      return row;
    });
    const copied = rows.filter((row) => !isOwn(table, row));
    for (const row of copied) digest.add(row);
    if (copied.length > 0) await target.insertInto(table).values(copied).execute();
    if (rows.length < pageRows) return digest.end();
  }
}

async function digestCopy(tx: Transaction<Tables>, table: string): Promise<{ rows: number; hash: string }> {
  const digest = createRowsDigest();
  await sql`declare copied no scroll cursor for select * from ${sql.table(table)}`.execute(tx);
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(pageRows)} from copied`.execute(tx);
    for (const row of rows) if (!isOwn(table, row)) digest.add(row);
    if (rows.length > 0) continue;
    await sql`close copied`.execute(tx);
    return digest.end();
  }
}

/** A hash of a set of rows: the sum of theirs, because the engines order texts differently. */
function createRowsDigest(): { add(row: Row): void; end(): { rows: number; hash: string } } {
  let rows = 0;
  let sum = 0n;
  return {
    add(row) {
      rows += 1;
      const columns = Object.keys(row).sort();
      const text = JSON.stringify(columns.map((column) => [column, plain(row[column] ?? null)]));
      sum = BigInt.asUintN(256, sum + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`));
    },
    end: () => ({ rows, hash: sum.toString(16) }),
  };
}

function plain(value: Row[string]): unknown {
  return value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value;
}

/** The marks of a move belong to the store they are in. */
function isOwn(table: string, row: Row): boolean {
  return table === 'setting' && Object.values<unknown>(moveMarks).includes(row['name']);
}

function keptRows(table: string): ReturnType<typeof sql> {
  return table === 'setting' ? sql`where name <> ${moveMarks.from}` : sql``;
}

/** Numbers the database counts itself go on behind the highest ever given, deleted rows included. */
async function continueCounters(from: Kysely<Tables>, tx: Transaction<Tables>): Promise<void> {
  const counted = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES'`.execute(tx);
  for (const { table, column } of counted.rows) {
    const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`.execute(from);
    const last = rows[0]?.seq ?? 0;
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), ${Math.max(last, 1)}, ${last > 0})`.execute(tx);
  }
}
