import type { SealedPlace } from '../../access/seal.ts';

/** What the sealed URL of a hook belongs to. */
export function hookPlace(id: number): SealedPlace {
  return { kind: 'hook', id, property: 'url' };
}

/** The subject of the alert about a hook, and of its audit rows. */
export function hookSubject(id: number): string {
  return `hook:${id}`;
}
