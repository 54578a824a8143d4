import { join } from 'node:path';
import { findPackage } from './package-root.ts';

/** Where the built app lies. */
export function findWebApp(): string {
  return join(findPackage()?.folder ?? '.', 'web', 'dist');
}
