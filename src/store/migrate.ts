import type { Kysely, Transaction } from 'kysely';
import { createMigrationKit } from './migration-kit.ts';
import type { MigrationKit, StoreDialect } from './migration-kit.ts';
import { StoreSchemaError } from './errors.ts';
import type { Tables } from './tables.ts';

/** One step of the schema. A published migration is never edited; within a minor version migrations only add (ADR 3). */
export interface Migration {
  readonly name: string;
  up(kit: MigrationKit): Promise<void>;
}

interface MigrationTable {
  migration: { position: number; name: string };
}

/** Brings the store to the newest schema, each migration in its own transaction. Throws StoreSchemaError when it holds migrations unknown here. */
export async function migrate(writer: Kysely<Tables>, dialect: StoreDialect, migrations: readonly Migration[]): Promise<void> {
  // The store's own bookkeeping is not part of the tables that queries may name.
  const db = writer as unknown as Kysely<MigrationTable>;
  await db.transaction().execute((tx) => createMigrationTable(tx, dialect));
  const applied = await db.selectFrom('migration').select(['position', 'name']).orderBy('position').execute();
  for (const { position, name } of applied) {
    if (migrations[position - 1]?.name !== name) {
      throw new StoreSchemaError(
        `The store has the schema change "${name}", which this Thimble does not know. Start the version that wrote it, or a newer one.`,
      );
    }
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < applied.length) continue;
    await db.transaction().execute(async (tx) => {
      const meanwhile = await tx.selectFrom('migration').select('name').where('name', '=', migration.name).executeTakeFirst();
      if (meanwhile !== undefined) return;
      await migration.up(createMigrationKit(tx, dialect));
      await tx
        .insertInto('migration')
        .values({ position: index + 1, name: migration.name })
        .execute();
    });
  }
}

async function createMigrationTable(tx: Transaction<MigrationTable>, dialect: StoreDialect): Promise<void> {
  const kit = createMigrationKit(tx, dialect);
  await kit
    .table('migration', { ifNotExists: true })
    .addColumn('position', kit.integer, (column) => column.primaryKey())
    .addColumn('name', kit.text, (column) => column.notNull().unique())
    .execute();
}
