/** What becomes of a value of another type than its column's: a column more, a wider column, or a reject. */
export type SchemaDrift = 'split' | 'widen' | 'reject';

/** What becomes of the row of a record with `_sdc_deleted_at`: it stays with its mark, or goes. */
export type OnDelete = 'soft' | 'hard';

/** How the records of a source are loaded where its owner has a choice. */
export interface LoadingSettings {
  readonly schemaDrift: SchemaDrift;
  readonly onDelete: OnDelete;
}

/** The contract (loading.md §4.4, §11). */
export const defaultLoadingSettings: LoadingSettings = { schemaDrift: 'split', onDelete: 'soft' };

/** The settings among the properties of any source, and the values each may have. */
export const loadingProperties: Readonly<Record<string, readonly string[]>> = {
  schema_drift: ['split', 'widen', 'reject'] satisfies SchemaDrift[],
  on_delete: ['soft', 'hard'] satisfies OnDelete[],
};

/** Reads the settings out of a source's stored properties; what is not set is as the contract has it. */
export function readLoadingSettings(properties: string): LoadingSettings {
  const { schema_drift: schemaDrift, on_delete: onDelete } = JSON.parse(properties) as { schema_drift?: SchemaDrift; on_delete?: OnDelete };
  return { schemaDrift: schemaDrift ?? defaultLoadingSettings.schemaDrift, onDelete: onDelete ?? defaultLoadingSettings.onDelete };
}
