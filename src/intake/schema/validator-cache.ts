import type { JsonObject } from '../json/read-value.ts';
import type { Validator } from './validator.ts';
import { createValidator } from './validator.ts';
import type { Work } from './work.ts';

/** A schema that was read, with its validator. */
interface CachedSchema {
  readonly schema: JsonObject;
  readonly validator: Validator;
}

export interface ValidatorCache {
  /** The schema with this text, read and compiled unless it is still known. Throws `InvalidSchemaError` and `WorkLimitError`. */
  get(text: Uint8Array, work: Work, read: () => JsonObject): CachedSchema;
  /** Bytes it holds, roughly. */
  readonly weight: number;
}

/** A cache by a schema's own text that holds at most about `maxBytes`; the one unused for longest goes first. */
export function createValidatorCache({ maxBytes }: { readonly maxBytes: number }): ValidatorCache {
  const entries = new Map<string, CachedSchema & { readonly weight: number }>();
  let weight = 0;
  return {
    get weight() {
      return weight;
    },
    get(bytes, work, read) {
      // One byte, one character: quick, and different bytes stay different.
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      const known = entries.get(text);
      if (known) {
        entries.delete(text);
        entries.set(text, known);
        return known;
      }
      const schema = read();
      const validator = createValidator(schema, work);
      // Read into maps and strings, a schema takes some ten times its text.
      const entry = { schema, validator, weight: validator.weight + 12 * bytes.byteLength };
      if (entry.weight > maxBytes / 2) return entry;
      entries.set(text, entry);
      weight += entry.weight;
      for (const [oldest, { weight: freed }] of entries) {
        if (weight <= maxBytes) break;
        entries.delete(oldest);
        weight -= freed;
      }
      return entry;
    },
  };
}
