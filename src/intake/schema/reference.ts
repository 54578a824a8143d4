import type { JsonObject, JsonValue } from '../json/read-value.ts';

/** What a local reference (RFC 6901 fragment) points to; undefined when it is not local or points nowhere. */
export function findReferenced(root: JsonObject, reference: string): JsonValue | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  let value: JsonValue | undefined = root;
  for (const segment of reference.split('/').slice(1)) {
    const name = decodeSegment(segment);
    if (value instanceof Map) value = (value as JsonObject).get(name);
    else if (Array.isArray(value)) value = /^\d+$/.test(name) ? (value as readonly JsonValue[])[Number(name)] : undefined;
    else return undefined;
  }
  return value;
}

function decodeSegment(segment: string): string {
  let text = segment;
  try {
    text = decodeURIComponent(segment);
  } catch {
    // Not percent-encoded: taken as it stands.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
