import { utf8Text } from '../../batch/utf8-text.ts';
import { readDouble } from '../json/numbers.ts';

/** A number token as the validator prints it: an integer as it stands, a fraction as Java's `Double.toString` (`1.0E-5`). */
export function javaNumber(bytes: Uint8Array, start: number, end: number): string {
  const text = utf8Text(bytes, start, end);
  if (/^-?\d+$/.test(text)) return text;
  const value = readDouble(bytes, start, end);
  return value === undefined ? text : javaDouble(value);
}

function javaDouble(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === 0) return `${sign}0.0`;
  if (size >= 1e-3 && size < 1e7) return sign + (Number.isInteger(size) ? `${size}.0` : String(size));
  const [digits = '', exponent = ''] = size.toExponential().split('e');
  return `${sign}${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
