const notAllowed = /[^\p{L}\p{M}\p{Nd}_ ]/gu;
const leadingNonLetters = /^[^\p{L}_]+/u;

/**
 * Cleans one path segment or table name as PostgreSQL's sheet does (loading.md §2.3): case and spaces kept, other characters removed,
 * leading non-letters removed but a leading `_` kept. Letters are those of every script, with their marks: quoted, they are all legal.
 */
export function cleanName(raw: string): string {
  return raw.replace(notAllowed, '').replace(leadingNonLetters, '');
}
