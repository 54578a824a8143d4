/** Digits before and after the point (loading.md §4.3). */
const maxWhole = 131_072;
const maxScale = 16_383;

/** Where the digits of a decimal text are. */
export interface Decimal {
  negative: boolean;
  /** Of the first and behind the last significant digit; equal for zero. A point may lie between. */
  first: number;
  end: number;
  /** How many digits these are. */
  digits: number;
  /** Power of ten of the first digit. */
  power: number;
  /** Digits after the point to be shown. */
  scale: number;
}

export function createDecimal(): Decimal {
  return { negative: false, first: 0, end: 0, digits: 0, power: 0, scale: 0 };
}

const [plus, minus, point, zero, nine] = [0x2b, 0x2d, 0x2e, 0x30, 0x39];

/**
 * Reads decimal text (`-12.50`, `1e3`) from `start` to `end` into `decimal`, which is reused so that a column makes no garbage.
 * Returns false when it is none or numeric cannot hold it exactly.
 */
export function readDecimal(bytes: Uint8Array, start: number, end: number, decimal: Decimal): boolean {
  let at = start;
  decimal.negative = bytes[at] === minus;
  if (bytes[at] === minus || bytes[at] === plus) at += 1;
  let first = -1;
  let last = -1;
  let seen = 0;
  let whole = -1;
  let digits = 0;
  let firstIndex = 0;
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === point && whole < 0) whole = seen;
    else if (byte >= zero && byte <= nine) {
      seen += 1;
      if (byte !== zero) {
        if (first < 0) {
          first = at;
          firstIndex = seen;
        }
        last = at;
        digits = seen - firstIndex + 1;
      }
    } else break;
  }
  if (seen === 0) return false;
  if (whole < 0) whole = seen;
  const exponent = readExponent(bytes, at, end);
  if (Number.isNaN(exponent)) return false;
  decimal.first = first < 0 ? start : first;
  decimal.end = first < 0 ? start : last + 1;
  decimal.digits = digits;
  decimal.negative &&= digits > 0;
  decimal.power = digits === 0 ? 0 : whole - firstIndex + exponent;
  decimal.scale = Math.min(maxScale, Math.max(0, seen - whole - exponent));
  return decimal.power < maxWhole && digits - decimal.power - 1 <= maxScale;
}

/** 0 when there is none, NaN when what follows is no exponent; far beyond every limit it stops growing. */
function readExponent(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  if (((bytes[start] ?? 0) | 0x20) !== 0x65) return Number.NaN;
  let at = start + 1;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) at += 1;
  if (at === end) return Number.NaN;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = Math.min(value * 10 + digit, 1e9);
  }
  return negative ? -value : value;
}

/** Bytes of the binary form: four 16-bit numbers, then a 16-bit digit to the base 10,000 for every four digits, aligned at the point. */
export function numericBytes({ digits, power }: Decimal): number {
  return 8 + 2 * groupsOf(digits, power);
}

function groupsOf(digits: number, power: number): number {
  return digits === 0 ? 0 : Math.floor(power / 4) - Math.floor((power - digits + 1) / 4) + 1;
}

/** Writes numeric's binary form (`numeric_send`): digits, weight, sign, scale, then the digits. */
export function writeNumeric(bytes: Uint8Array, decimal: Decimal, target: DataView, at: number): number {
  const { digits, power } = decimal;
  target.setInt16(at, groupsOf(digits, power));
  target.setInt16(at + 2, digits === 0 ? 0 : Math.floor(power / 4));
  target.setInt16(at + 4, decimal.negative ? 0x4000 : 0);
  target.setInt16(at + 6, decimal.scale);
  let written = at + 8;
  let group = 0;
  // Place of the next digit within its group, 3 for the first of four.
  let place = ((power % 4) + 4) % 4;
  for (let from = decimal.first; from < decimal.end; from += 1) {
    const byte = bytes[from] ?? 0;
    if (byte === point) continue;
    group = group * 10 + byte - zero;
    if (place > 0) {
      place -= 1;
      continue;
    }
    target.setInt16(written, group);
    written += 2;
    group = 0;
    place = 3;
  }
  if (digits > 0 && place < 3) {
    target.setInt16(written, group * 10 ** (place + 1));
    written += 2;
  }
  return written;
}
