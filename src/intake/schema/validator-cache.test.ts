import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json/read-value.ts';
import { readValue } from '../json/read-value.ts';
import { scanText } from '../../../tests/support/check-schema.ts';
import type { ValidatorCache } from './validator-cache.ts';
import { createValidatorCache } from './validator-cache.ts';

/** Whether getting a schema had to read it. */
function reads(cache: ValidatorCache, schema: string): boolean {
  let read = false;
  cache.get(Buffer.from(schema), { left: 1_000_000 }, () => {
    read = true;
    return readValue(scanText(schema), 0) as JsonObject;
  });
  return read;
}

describe('the cache of validators', () => {
  it('reads and compiles a schema once', () => {
    const cache = createValidatorCache({ maxBytes: 1_000_000 });
    expect([reads(cache, '{"type":"object"}'), reads(cache, '{"type":"object"}'), reads(cache, '{"type": "object"}')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('tells apart schemas that differ in one byte beyond ASCII', () => {
    const cache = createValidatorCache({ maxBytes: 1_000_000 });
    expect([reads(cache, '{"enum":["é"]}'), reads(cache, '{"enum":["è"]}'), reads(cache, '{"enum":["é"]}')]).toEqual([true, true, false]);
  });

  it('never holds more than its bound, and forgets what was unused for longest', () => {
    const cache = createValidatorCache({ maxBytes: 50_000 });
    const schema = (index: number): string => `{"title":"${index}","type":"object","properties":{"a":{}}}`;
    reads(cache, schema(0));
    for (let index = 1; index < 200; index++) {
      reads(cache, schema(index));
      expect(reads(cache, schema(0))).toBe(false);
      expect(cache.weight).toBeLessThanOrEqual(50_000);
    }
    expect([reads(cache, schema(199)), reads(cache, schema(1))]).toEqual([false, true]);
  });

  it('does not keep one schema that would take half of it', () => {
    const cache = createValidatorCache({ maxBytes: 50_000 });
    const schema = `{"properties":{${Array.from({ length: 30 }, (_, index) => `"p${index}":{}`).join(',')}}}`;
    expect([reads(cache, schema), reads(cache, schema), cache.weight]).toEqual([true, true, 0]);
  });

  it('keeps nothing of a schema that is refused', () => {
    const cache = createValidatorCache({ maxBytes: 50_000 });
    expect(() => reads(cache, '{"type":"x"}')).toThrow('unknown type: [x]');
    expect(cache.weight).toBe(0);
  });
});
