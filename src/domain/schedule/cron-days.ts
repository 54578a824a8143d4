/** The two day fields of a Quartz cron expression, of which one is `?`. */
import { CronError, fields, parseValue, parseValues } from './cron-fields.ts';

/** Days of one month, 1-based, on which it fires. */
export type DaysOfMonth = (year: number, month: number) => ReadonlySet<number>;

/** Reads both fields. Throws `CronError`. */
export function parseDays(dayOfMonth: string, dayOfWeek: string): DaysOfMonth {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new CronError('exactly one of the day of month and day of week fields must be "?"');
  }
  return dayOfWeek === '?' ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
}

function parseDayOfMonth(text: string): DaysOfMonth {
  const last = /^L(?:-(\d{1,2}))?(W)?$/.exec(text);
  if (last !== null) {
    const before = Number(last[1] ?? 0);
    if (before > 30) throw new CronError(`"${text}" is before every month in the day of month field`);
    return (year, month) => {
      const day = lengthOf(year, month) - before;
      return new Set(day < 1 ? [] : [last[2] === undefined ? day : nearestWeekday(year, month, day)]);
    };
  }
  const weekday = /^(\d{1,2})W$/.exec(text)?.[1];
  if (weekday !== undefined) {
    const day = parseValue(weekday, fields.dayOfMonth);
    return (year, month) => new Set(day > lengthOf(year, month) ? [] : [nearestWeekday(year, month, day)]);
  }
  const values = parseValues(text, fields.dayOfMonth);
  return (year, month) => new Set([...values].filter((day) => day <= lengthOf(year, month)));
}

function parseDayOfWeek(text: string): DaysOfMonth {
  const last = /^(\w+)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const wanted = parseValue(last, fields.dayOfWeek);
    return (year, month) => new Set(daysOn(year, month, (weekday) => weekday === wanted).slice(-1));
  }
  const numbered = /^(\w+)#(\d)$/.exec(text);
  if (numbered !== null) {
    const wanted = parseValue(numbered[1] ?? '', fields.dayOfWeek);
    const ordinal = Number(numbered[2]);
    if (ordinal < 1 || ordinal > 5) throw new CronError(`#${ordinal} is outside 1-5 in the day of week field`);
    return (year, month) => new Set(daysOn(year, month, (weekday) => weekday === wanted).slice(ordinal - 1, ordinal));
  }
  // Alone, L is the last day of the week.
  const values = text === 'L' ? new Set([fields.dayOfWeek.max]) : parseValues(text, fields.dayOfWeek);
  return (year, month) => new Set(daysOn(year, month, (weekday) => values.has(weekday)));
}

function daysOn(year: number, month: number, wanted: (weekday: number) => boolean): number[] {
  return Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1).filter((day) => wanted(weekdayOf(year, month, day)));
}

/** Monday to Friday nearest to a day, within its month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === fields.dayOfWeek.max) return day === 1 ? 3 : day - 1;
  if (weekday === fields.dayOfWeek.min) return day === lengthOf(year, month) ? day - 2 : day + 1;
  return day;
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 is Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}
