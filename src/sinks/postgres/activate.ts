import { DatabaseError } from 'pg';
import type { Client } from 'pg';
import { TableStoppedError } from '../errors.ts';
import type { LostRoot } from '../lost-root.ts';
import type { CatalogueEntry, LoadPlan } from '../sink.ts';
import { dropFromCatalogue, listCatalogue, writeCatalogue } from './catalogue.ts';
import { findRelationKind } from './ddl.ts';
import { grantAgain, listGrants } from './grants.ts';
import { quoteIdentifier, quoteTable } from './names.ts';
import { buildIndexes, finishAdditions, listAdditions } from './owner-additions.ts';
import { run, selectText } from './sql.ts';
import { forgetWaiting, listWaiting, writeActive } from './versions.ts';
import type { WaitingTable } from './versions.ts';

/**
 * Makes the waiting tables of the plan's version the visible ones, root and subtables together; without any, the visible ones become
 * empty (loading.md §7). Older versions wait no longer. A lost root is visible without an entry. Returns what became visible.
 */
export async function activateVersion(client: Client, plan: LoadPlan, lost: LostRoot | undefined): Promise<CatalogueEntry[]> {
  const { schema, version } = plan;
  const { root } = plan.ledger.key;
  if (version === undefined) throw new Error('An activation has no version.');
  const entries = (await listCatalogue(client, schema)).filter((entry) => entry.root === root).map(({ table }) => table);
  const visible = lost === undefined ? entries : [lost.table, ...entries];
  const waiting = (await listWaiting(client, schema)).filter(({ entry }) => entry.root === root);
  const tables = waiting.filter((table) => table.version === version);
  // One that its owner dropped waits no more.
  const incoming: WaitingTable[] = [];
  for (const table of tables)
    if ((await findRelationKind(client, { schema: '_thimble', table: table.storedName })) !== undefined) incoming.push(table);
  const present: string[] = [];
  for (const table of visible) if ((await findRelationKind(client, { schema, table })) !== undefined) present.push(table);
  const shown = incoming.some(({ entry }) => entry.path.length === 0) ? incoming.map(({ entry }) => entry) : [];
  await refuseRowSecurity(client, schema, present);
  if (shown.length > 0) await swapTables(client, { schema, root, visible: present, waiting: incoming });
  else for (const table of present) await run(client, `DELETE FROM ${quoteTable({ schema, table })}`);
  const older = waiting.filter((table) => table.version < version).map(({ storedName }) => storedName);
  for (const table of older) await run(client, `DROP TABLE IF EXISTS ${quoteTable({ schema: '_thimble', table })}`);
  await forgetWaiting(client, [...older, ...tables.map(({ storedName }) => storedName)]);
  await writeActive(client, schema, root, version);
  return shown;
}

interface Swap {
  readonly schema: string;
  readonly root: string;
  /** Tables of the root that readers see now. */
  readonly visible: readonly string[];
  readonly waiting: readonly WaitingTable[];
}

async function swapTables(client: Client, { schema, root, visible, waiting }: Swap): Promise<void> {
  const grants = await listGrants(client, schema, visible);
  const additions = await listAdditions(client, schema, visible);
  const built = new Map<string, Awaited<ReturnType<typeof buildIndexes>>>();
  for (const { entry, storedName } of waiting)
    built.set(entry.table, await buildIndexes(client, { schema: '_thimble', table: storedName }, entry.table, additions));
  await dropTables(client, schema, visible);
  await dropFromCatalogue(client, schema, root);
  for (const { entry, storedName } of waiting) {
    const place = { schema, table: entry.table };
    if ((await findRelationKind(client, place)) !== undefined)
      throw new TableStoppedError(
        `Table ${entry.table} cannot become visible: its schema has something else of that name. Rename or drop it.`,
      );
    await run(client, `ALTER TABLE ${quoteTable({ schema: '_thimble', table: storedName })} SET SCHEMA ${quoteIdentifier(schema)}`);
    await run(client, `ALTER TABLE ${quoteTable({ schema, table: storedName })} RENAME TO ${quoteIdentifier(entry.table)}`);
    await renameKey(client, schema, entry.table);
    await grantAgain(client, place, grants);
    await finishAdditions(client, place, built.get(entry.table) ?? [], additions);
  }
  await writeCatalogue(
    client,
    schema,
    waiting.map(({ entry }) => entry),
  );
}

/** Policies would be lost with the old table while the grants come back: readers would see rows kept from them. */
async function refuseRowSecurity(client: Client, schema: string, tables: readonly string[]): Promise<void> {
  const secured = await selectText(
    client,
    `SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = ANY ($2) AND c.relrowsecurity ORDER BY c.relname`,
    [schema, tables],
  );
  if (secured.length === 0) return;
  throw new TableStoppedError(
    `The new version of ${tables[0]} replaces its tables, but row security is on for ${secured.map(([name]) => name).join(', ')}, ` +
      'and its policies would be lost. Turn it off there; the new version stays hidden until then.',
  );
}

async function dropTables(client: Client, schema: string, tables: readonly string[]): Promise<void> {
  if (tables.length === 0) return;
  try {
    await run(client, `DROP TABLE ${tables.map((table) => quoteTable({ schema, table })).join(', ')}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '2BP01') throw error;
    const dependents = (error.detail ?? '').split('\n').join('; ');
    throw new TableStoppedError(
      `The new version of ${tables[0]} replaces its tables, but others depend on them: ${dependents}. ` +
        'Drop these, or let them read a copy; the new version stays hidden until then.',
      { cause: error },
    );
  }
}

/** Gives the primary key the name a new table's would have (`<table>_pkey`), unless something else has it. */
async function renameKey(client: Client, schema: string, table: string): Promise<void> {
  const place = quoteTable({ schema, table });
  const [row] = await selectText(client, `SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = $1::regclass AND contype = 'p'`, [
    place,
  ]);
  const current = row?.[0];
  const wanted = keyName(table);
  if (current === undefined || current === null || current === wanted) return;
  if ((await findRelationKind(client, { schema, table: wanted })) !== undefined) return;
  await run(client, `ALTER TABLE ${place} RENAME CONSTRAINT ${quoteIdentifier(current)} TO ${quoteIdentifier(wanted)}`);
}

/** As the server names it: the table's name is cut, in whole characters, so that the ending fits. */
function keyName(table: string): string {
  const bytes = Buffer.from(table);
  let end = Math.min(bytes.length, 63 - '_pkey'.length);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}_pkey`;
}
