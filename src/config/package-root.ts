import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package this code belongs to and its version, whether it runs from the checkout or from `dist/`. */
export function findPackage(): { readonly folder: string; readonly version: string } | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (isOurs(manifest)) return { folder, version: manifest.version };
    }
    if (folder === dirname(folder)) return undefined;
  }
}

function isOurs(value: unknown): value is { version: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    value.name === 'thimble' &&
    'version' in value &&
    typeof value.version === 'string'
  );
}
