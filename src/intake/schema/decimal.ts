import { utf8Text } from '../../batch/utf8-text.ts';
import { canonicalDecimal, readDouble } from '../json/numbers.ts';
import type { Work } from './work.ts';
import { spend } from './work.ts';

/** Exact arithmetic on number tokens (exponents below 2^53): no value passes through a float that does not hold it. */

/** The number of a keyword. */
export interface DecimalBound {
  readonly text: string;
  /** Defined where a double stands for exactly this number. */
  readonly double: number | undefined;
}

/** A `multipleOf`, `digits` × 10^`exponent`, with no zero at the end of `digits`. */
export interface DecimalDivisor {
  readonly digits: bigint;
  /** `digits` where it is a small number, otherwise 0. */
  readonly small: number;
  readonly exponent: number;
}

export function decimalBound(text: string): DecimalBound {
  const bytes = Buffer.from(text, 'latin1');
  return { text, double: readDouble(bytes, 0, bytes.length) };
}

/** The sign of the token minus the bound. */
export function compareDecimal(bytes: Uint8Array, start: number, end: number, bound: DecimalBound): number {
  const double = bound.double === undefined ? undefined : readDouble(bytes, start, end);
  // Numbers that doubles hold exactly in their shortest form compare as the doubles do.
  if (double !== undefined && bound.double !== undefined) return Math.sign(double - bound.double);
  return compareParts(decimalParts(utf8Text(bytes, start, end)), decimalParts(bound.text));
}

interface DecimalParts {
  readonly sign: number;
  readonly digits: string;
  /** The place of the first digit, as a power of ten. */
  readonly place: number;
}

function decimalParts(text: string): DecimalParts {
  const [digits = '', exponent = '0'] = canonicalDecimal(text).replace(/^-/, '').split('e');
  const sign = digits === '0' ? 0 : text.startsWith('-') ? -1 : 1;
  return { sign, digits, place: Number(exponent) + digits.length };
}

function compareParts(left: DecimalParts, right: DecimalParts): number {
  if (left.sign !== right.sign || left.sign === 0) return Math.sign(left.sign - right.sign);
  if (left.place !== right.place) return left.place > right.place ? left.sign : -left.sign;
  if (left.digits === right.digits) return 0;
  return left.digits > right.digits ? left.sign : -left.sign;
}

/** The divisor for a positive number; undefined for any other. */
export function findDivisor(text: string): DecimalDivisor | undefined {
  const { sign, digits, place } = decimalParts(text);
  if (sign <= 0) return undefined;
  return { digits: BigInt(digits), small: digits.length <= 15 ? Number(digits) : 0, exponent: place - digits.length };
}

const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** Whether the token is a multiple of the divisor. */
export function isMultipleOf(bytes: Uint8Array, start: number, end: number, divisor: DecimalDivisor, work: Work): boolean {
  return isSmallMultiple(bytes, start, end, divisor) ?? isLargeMultiple(utf8Text(bytes, start, end), divisor, work);
}

/** The answer for tokens without exponent while everything stays below 2^53; undefined beyond. */
function isSmallMultiple(bytes: Uint8Array, start: number, end: number, { small, exponent }: DecimalDivisor): boolean | undefined {
  if (small === 0 || end - start > 16) return undefined;
  let mantissa = 0;
  let places = 0;
  let fraction = false;
  for (let at = bytes[start] === 0x2d ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x2e) fraction = true;
    else if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      if (fraction) places++;
    } else return undefined;
  }
  const shift = -places - exponent;
  const scale = powersOfTen[Math.abs(shift)];
  if (scale === undefined) return undefined;
  const dividend = shift > 0 ? mantissa * scale : mantissa;
  const factor = shift < 0 ? small * scale : small;
  return dividend <= Number.MAX_SAFE_INTEGER && factor <= Number.MAX_SAFE_INTEGER ? dividend % factor === 0 : undefined;
}

function isLargeMultiple(text: string, divisor: DecimalDivisor, work: Work): boolean {
  spend(work, text.length);
  const { sign, digits, place } = decimalParts(text);
  if (sign === 0) return true;
  const shift = place - digits.length - divisor.exponent;
  // The digits end in no zero, so they are no multiple of ten.
  if (shift < 0) return false;
  if (divisor.digits === 1n) return true;
  const divisorLength = divisor.digits.toString().length;
  spend(work, Math.ceil((digits.length * (digits.length + divisorLength)) / 64) + divisorLength ** 2);
  // 10^k brings the divisor no new factors once k has passed its number of bits.
  const power = 10n ** BigInt(Math.min(shift, divisorLength * 4));
  return (BigInt(digits) * power) % divisor.digits === 0n;
}
