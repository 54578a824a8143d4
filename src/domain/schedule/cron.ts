import { parseDays, type DaysOfMonth } from './cron-days.ts';
import { CronError, fields, parseValues } from './cron-fields.ts';

export interface Cron {
  /** The first fire time later than `after`, milliseconds since the epoch; undefined when there is none up to 2099. */
  next(after: number): number | undefined;
}

const maxLength = 1000;

/** Reads a Quartz cron expression of six or seven fields, in UTC (connect-api.md §5.7). Throws `CronError`. */
export function parseCron(expression: string): Cron {
  if (expression.length > maxLength) throw new CronError(`it is longer than ${maxLength} characters`);
  const parts = expression.trim().toUpperCase().split(/\s+/);
  if (parts.length < 6 || parts.length > 7) throw new CronError('it must have six or seven fields');
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = '*'] = parts;
  if (second !== '0') throw new CronError('the seconds field must be 0');
  const minutes = sorted(parseValues(minute, fields.minute));
  const hours = sorted(parseValues(hour, fields.hour));
  const months = sorted(parseValues(month, fields.month));
  const days = parseDays(dayOfMonth, dayOfWeek);
  const years = sorted(parseValues(year, fields.year));
  return { next: (after) => firstAfter(after, { minutes, hours, days, months, years }) };
}

interface Parts {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: DaysOfMonth;
  readonly months: readonly number[];
  readonly years: readonly number[];
}

function firstAfter(after: number, { minutes, hours, days, months, years }: Parts): number | undefined {
  const start = new Date(after);
  for (const year of years) {
    if (year < start.getUTCFullYear()) continue;
    for (const month of months) {
      if (Date.UTC(year, month, 1) <= after) continue;
      for (const day of sorted(days(year, month))) {
        if (Date.UTC(year, month - 1, day + 1) <= after) continue;
        for (const hour of hours) {
          const minute = minutes.find((each) => Date.UTC(year, month - 1, day, hour, each) > after);
          if (minute !== undefined) return Date.UTC(year, month - 1, day, hour, minute);
        }
      }
    }
  }
  return undefined;
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].toSorted((one, other) => one - other);
}
