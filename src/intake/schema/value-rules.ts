import { utf8Text } from '../../batch/utf8-text.ts';
import type { JsonObject } from '../json/read-value.ts';
import { quoted } from '../members.ts';
import { compareDecimal, decimalBound, findDivisor, isMultipleOf } from './decimal.ts';
import { formats } from './formats.ts';
import { javaNumber } from './java-number.ts';
import { booleanKeyword, countKeyword, numberKeyword, stringKeyword } from './keywords.ts';
import type { PatternSet } from './patterns.ts';
import { InvalidSchemaError } from './schema-errors.ts';
import type { NumberRule, StringRule, TextSlice } from './schema-node.ts';

/** The rules for strings: `minLength`, `maxLength`, `pattern`, `format`. */
export function stringRules(schema: JsonObject, patterns: PatternSet): readonly StringRule[] {
  const rules: StringRule[] = [];
  const min = countKeyword(schema, 'minLength') ?? 0;
  const max = countKeyword(schema, 'maxLength');
  const source = stringKeyword(schema, 'pattern');
  const format = formats.get(stringKeyword(schema, 'format') ?? '');
  if (min > 0)
    rules.push({
      test: (text) => codePoints(text) >= min,
      message: (text) => `expected minLength: ${min}, actual: ${codePoints(text)}`,
    });
  if (max !== undefined)
    rules.push({
      // No character takes less than a byte.
      test: (text) => text.end - text.start <= max || codePoints(text) <= max,
      message: (text) => `expected maxLength: ${max}, actual: ${codePoints(text)}`,
    });
  if (source !== undefined) {
    const pattern = patterns.add(source);
    rules.push({
      test: (text, work) => pattern.test(text.bytes.subarray(text.start, text.end), work),
      message: (text) => `string [${quotedText(text)}] does not match pattern ${quoted(source)}`,
    });
  }
  if (format)
    rules.push({
      test: (text) => format.test(text.bytes, text.start, text.end),
      message: (text) => `[${quotedText(text)}] ${format.problem}`,
    });
  return rules;
}

/** The rules for numbers: `minimum`, `maximum` with their `exclusive…`, `multipleOf`. */
export function numberRules(schema: JsonObject): readonly NumberRule[] {
  const rules: NumberRule[] = [];
  const minimum = numberKeyword(schema, 'minimum');
  const maximum = numberKeyword(schema, 'maximum');
  const above = booleanKeyword(schema, 'exclusiveMinimum');
  const below = booleanKeyword(schema, 'exclusiveMaximum');
  const multipleOf = numberKeyword(schema, 'multipleOf');
  if (minimum !== undefined)
    rules.push(boundRule(minimum, above ? 'greater than' : 'greater or equal to', (sign) => (above ? sign > 0 : sign >= 0)));
  if (maximum !== undefined)
    rules.push(boundRule(maximum, below ? 'less than' : 'less or equal to', (sign) => (below ? sign < 0 : sign <= 0)));
  if (multipleOf !== undefined) {
    const divisor = findDivisor(multipleOf);
    if (!divisor) throw new InvalidSchemaError('key multipleOf: expected a number above 0');
    rules.push({
      test: (bytes, start, end, work) => isMultipleOf(bytes, start, end, divisor, work),
      message: (bytes, start, end) => `${quoted(javaNumber(bytes, start, end))} is not a multiple of ${printed(multipleOf)}`,
    });
  }
  return rules;
}

function boundRule(text: string, relation: string, holds: (sign: number) => boolean): NumberRule {
  const bound = decimalBound(text);
  return {
    test: (bytes, start, end) => holds(compareDecimal(bytes, start, end, bound)),
    message: (bytes, start, end) => `${quoted(javaNumber(bytes, start, end))} is not ${relation} ${printed(text)}`,
  };
}

function printed(number: string): string {
  return quoted(javaNumber(Buffer.from(number, 'latin1'), 0, number.length));
}

function quotedText({ bytes, start, end }: TextSlice): string {
  return quoted(utf8Text(bytes, start, end));
}

/** Characters of UTF-8: every byte but the continuations. */
function codePoints({ bytes, start, end }: TextSlice): number {
  let count = 0;
  for (let at = start; at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) count++;
  return count;
}
