import type { CatalogueEntry, LoadPlan } from '../sink.ts';
import type { DdlTarget } from './ddl.ts';
import type { Staged } from './stage.ts';

/** Staged rows and where they go. */
export interface MergeInput {
  readonly plan: LoadPlan;
  readonly target: DdlTarget;
  /** By destination table, root first. */
  readonly staged: ReadonlyMap<string, Staged>;
  /** Tables this transaction made: nothing in them can be in the way. */
  readonly created: ReadonlySet<string>;
  /** Tables whose rows this transaction wrote anew. */
  readonly rewritten: ReadonlySet<string>;
  /** The catalogue that the tables of the plan are in. */
  readonly catalogue: readonly CatalogueEntry[];
}
