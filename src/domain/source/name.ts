import { AppError } from '../../../contract/errors.ts';

const namePattern = /^[a-z_][a-z0-9_$]*$/;
const nameRule = 'under 50 characters, lowercase letters, digits, "_" and "$", the first one a letter or "_"';

/** Schemas a warehouse has already, or keeps for itself; `_thimble` holds the ledger. */
const reservedNames: ReadonlySet<string> = new Set(['_thimble', 'information_schema', 'pg_catalog', 'pg_toast', 'system', 'temp']);

/** Schema name of a display name: lowercase, space and hyphen to `_` one each, everything else dropped (loading.md §2.1). May be unusable. */
function deriveSourceName(displayName: string): string {
  return displayName
    .toLowerCase()
    .replaceAll(/[ -]/g, '_')
    .replaceAll(/[^a-z0-9_]/g, '');
}

/** The name of a new source, given or derived. Throws `invalid_name` or `invalid_display_name` (connect-api.md §2.3). */
export function parseSourceName(displayName: string, given: string | undefined): string {
  if (given !== undefined) {
    if (!isUsable(given))
      throw new AppError('invalid_name', `The name must follow the rule: ${nameRule}; some names are reserved (${given}).`);
    return given;
  }
  const derived = deriveSourceName(displayName);
  if (!isUsable(derived))
    throw new AppError('invalid_display_name', `The display name yields no usable name: ${displayName} -> ${derived}.`);
  return derived;
}

function isUsable(name: string): boolean {
  return name.length < 50 && namePattern.test(name) && !reservedNames.has(name);
}
