import { findPackage } from './package-root.ts';

/** Version of the package this code belongs to. */
export function readVersion(): string {
  return findPackage()?.version ?? 'unknown';
}
