import { AppError } from '../../../contract/errors.ts';

const namePattern = /^[a-z_][a-z0-9_$]*$/;
const nameRule = 'under 50 characters, lowercase letters, digits, "_" and "$", the first one a letter or "_"';

/** Schemas a warehouse has already, or keeps for itself; `_thimble` holds the ledger. */
const reservedNames: ReadonlySet<string> = new Set(['_thimble', 'information_schema', 'pg_catalog', 'pg_toast', 'system', 'temp']);

/** Schema name of a display name: lowercase, space and hyphen to `_` one each, everything else dropped (loading.md §2.1). May be unusable. */
export function deriveSourceName(displayName: string): string {
  return displayName
    .toLowerCase()
    .replaceAll(/[ -]/g, '_')
    .replaceAll(/[^a-z0-9_]/g, '');
}

/** The name of a new source, given or derived. Throws `invalid_name` or `invalid_display_name` (connect-api.md §2.3). */
export function parseSourceName(displayName: string, given: string | undefined): string {
  if (given !== undefined) {
    if (findNameProblem(given) !== undefined)
      throw new AppError('invalid_name', `The name must follow the rule: ${nameRule}; some names are reserved (${given}).`);
    return given;
  }
  const derived = deriveSourceName(displayName);
  if (findNameProblem(derived) !== undefined)
    throw new AppError('invalid_display_name', `The display name yields no usable name: ${displayName} -> ${derived}.`);
  return derived;
}

/** A new label, which must stay one that could have given a name. Throws `invalid_display_name`. */
export function requireDisplayName(displayName: string): void {
  if (findNameProblem(deriveSourceName(displayName)) !== undefined)
    throw new AppError('invalid_display_name', `The display name yields no usable name (${displayName}).`);
}

/** Why a schema cannot have this name, in a sentence; undefined when it can. */
export function findNameProblem(name: string): string | undefined {
  if (name === '') return 'A name needs at least one letter from a to z.';
  if (name.length >= 50) return 'A schema name has fewer than 50 characters.';
  if (reservedNames.has(name)) return `The name ${name} is reserved.`;
  if (/^[0-9$]/.test(name)) return 'A schema name begins with a letter or an underscore.';
  return namePattern.test(name) ? undefined : 'A schema name has only lowercase letters from a to z, digits, underscores and dollar signs.';
}
