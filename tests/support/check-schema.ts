import type { JsonObject, TapeSource } from '../../src/intake/json/read-value.ts';
import { readValue } from '../../src/intake/json/read-value.ts';
import { createScanner, scanEnd, scanValue } from '../../src/intake/json/scanner.ts';
import { createTape } from '../../src/intake/json/tape.ts';
import { maxTapeLength } from '../../src/intake/limits.ts';
import type { Validator } from '../../src/intake/schema/validator.ts';
import { createValidator } from '../../src/intake/schema/validator.ts';

/** The tape of one JSON text. */
export function scanText(text: string): TapeSource {
  const source = { bytes: Buffer.from(text, 'utf8'), tape: createTape(maxTapeLength) };
  const scanner = createScanner(source.bytes);
  scanValue(scanner, source.tape, 0);
  scanEnd(scanner);
  return source;
}

/** The validator of a schema given as JSON text. */
export function validatorOf(schema: string): Validator {
  return createValidator(readValue(scanText(schema), 0) as JsonObject, { left: 50_000_000 });
}

/** The lines of what is wrong with a value, both as JSON text; undefined when it conforms. */
export function failuresOf(schema: string | Validator, value: string, units = 1_000_000): readonly string[] | undefined {
  const validator = typeof schema === 'string' ? validatorOf(schema) : schema;
  return validator.open(scanText(value), { left: units })(0);
}
