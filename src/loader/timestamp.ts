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
