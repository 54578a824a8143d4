const pattern = /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

/**
 * Microseconds since the epoch of an RFC 3339 date-time, or undefined when the text is none. Six-digit signed years (as ECMAScript
 * writes them) and `±HHMM` are read too; digits beyond the microsecond are cut off; second 60 is the first of the next minute.
 */
export function findTimestamp(text: string): bigint | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match;
  const at = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  };
  const offset = { hour: Number(offsetHour), minute: Number(offsetMinute) };
  if (at.month < 1 || at.month > 12 || at.day < 1 || at.day > daysInMonth(at.year, at.month)) return undefined;
  if (at.hour > 23 || at.minute > 59 || at.second > 60 || offset.hour > 23 || offset.minute > 59) return undefined;
  const offsetSeconds = (offset.hour * 60 + offset.minute) * (sign === '-' ? -60 : 60);
  const seconds = daysFromCivil(at.year, at.month, at.day) * 86_400 + at.hour * 3_600 + at.minute * 60 + at.second - offsetSeconds;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** `YYYY-MM-DDTHH:MM:SS` and the fraction with its `Z`; years in which microseconds since the epoch are exact doubles. */
const plainLength = { least: 20, most: 27 };
const plainYears = { least: 1700, most: 2200 };
/** Microseconds that the last digit of a fraction counts, by how many digits there are. */
const fractionUnits = [0, 100_000, 10_000, 1000, 100, 10, 1];

/**
 * What `findTimestamp` finds for the UTF-8 in `bytes` from `start` to `end`, as a number, but only in the form nearly all records have:
 * upper case, UTC, at most six digits of fraction. Undefined: ask `findTimestamp`.
 */
export function findPlainTimestamp(bytes: Uint8Array, start: number, end: number): number | undefined {
  const length = end - start;
  if (length < plainLength.least || length > plainLength.most || bytes[end - 1] !== 0x5a) return undefined;
  const dashes = bytes[start + 4] === 0x2d && bytes[start + 7] === 0x2d;
  const colons = bytes[start + 13] === 0x3a && bytes[start + 16] === 0x3a;
  if (!dashes || !colons || bytes[start + 10] !== 0x54) return undefined;
  const year = readDigits(bytes, start, 4);
  const month = readDigits(bytes, start + 5, 2);
  const day = readDigits(bytes, start + 8, 2);
  const hour = readDigits(bytes, start + 11, 2);
  const minute = readDigits(bytes, start + 14, 2);
  const second = readDigits(bytes, start + 17, 2);
  const digits = Math.max(0, length - 21);
  const fraction = digits === 0 ? 0 : readDigits(bytes, start + 20, digits) * (fractionUnits[digits] ?? 0);
  // A comparison with NaN is false: what is no digit fails here.
  const inRange =
    year >= plainYears.least &&
    year <= plainYears.most &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 60;
  if (!inRange || !(day <= daysInMonth(year, month)) || !(fraction >= 0) || (length > 20 && (digits === 0 || bytes[start + 19] !== 0x2e)))
    return undefined;
  return (daysFromCivil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000 + fraction;
}

/** NaN when one of them is no digit. */
function readDigits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
