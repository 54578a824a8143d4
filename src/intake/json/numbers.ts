/** Reading number tokens (checked by the scanner) without losing a digit. */

import { utf8Text } from '../../batch/utf8-text.ts';

/** A 64-bit integer as its two's complement halves. */
export interface Int64Halves {
  low: number;
  high: number;
}

const two32 = 2 ** 32;

/** Reads an integer token into `into`. False: outside 64 bits, `into` is then undefined in content. */
export function readInt64(bytes: Uint8Array, start: number, end: number, into: Int64Halves): boolean {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  // 19 digits stay below 2^64; a token has no leading zeros.
  if (end - first > 19) return false;
  if (end - first <= 15) {
    const value = digits(bytes, first, end);
    setHalves(into, Math.floor(value / two32), value % two32, negative);
    return true;
  }
  // value = upper * 10^9 + lower, in pieces that stay below 2^53.
  const upper = digits(bytes, first, end - 9);
  const lower = digits(bytes, end - 9, end);
  const upperHigh = Math.floor(upper / 65536) * 1e9;
  const upperLow = (upper % 65536) * 1e9 + lower;
  const rest = (upperHigh % 65536) * 65536 + upperLow;
  const high = Math.floor(upperHigh / 65536) + Math.floor(rest / two32);
  const low = rest % two32;
  if (high > 0x7fffffff && !(negative && high === 0x80000000 && low === 0)) return false;
  setHalves(into, high, low, negative);
  return true;
}

function setHalves(into: Int64Halves, high: number, low: number, negative: boolean): void {
  into.low = negative ? -low | 0 : low | 0;
  into.high = negative ? (low === 0 ? -high | 0 : ~high) : high | 0;
}

function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + ((bytes[at] as number) - 0x30);
  return value;
}

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** The double nearest to a number token; undefined when it does not stand for exactly the token's decimal value in shortest form. */
export function readDouble(bytes: Uint8Array, start: number, end: number): number | undefined {
  const negative = bytes[start] === 0x2d;
  let mantissa = 0;
  let significant = 0;
  let exponent = 0;
  let fraction = false;
  let at = negative ? start + 1 : start;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x2e) fraction = true;
    else if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      if (significant > 0 || byte !== 0x30) significant++;
      if (fraction) exponent--;
    } else break;
  }
  // Up to 15 digits and 10^22 the operands are exact, so one rounding gives the nearest double, and it prints as the token's value.
  if (at === end && significant <= 15 && exponent >= -22) {
    const value = mantissa / (powersOfTen[-exponent] as number);
    return negative ? -value : value;
  }
  const text = utf8Text(bytes, start, end);
  const value = Number(text);
  // Checked apart: past these, an exponent is at most a little longer than the token.
  if (!Number.isFinite(value)) return undefined;
  if (value === 0) return significant === 0 ? value : undefined;
  return canonicalDecimal(text) === canonicalDecimal(String(value)) ? value : undefined;
}

/** The decimal value of a number's text in one form per value: sign, digits without outer zeros, exponent (below 2^53). */
export function canonicalDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw new TypeError(`Not a number: ${text}`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const all = whole + fraction;
  let first = 0;
  while (all[first] === '0') first++;
  let last = all.length;
  while (last > first && all[last - 1] === '0') last--;
  if (first === last) return `${sign}0`;
  return `${sign}${all.slice(first, last)}e${Number(exponent) - fraction.length + (all.length - last)}`;
}
