import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from './cron.ts';

const minuteMs = 60_000;
const from = Date.UTC(2031, 3, 2, 8, 59, 1);

function fires(expression: string, count: number, after = from): string[] {
  const cron = parseCron(expression);
  const times: string[] = [];
  for (let at: number | undefined = after; times.length < count;) {
    at = cron.next(at);
    if (at === undefined) break;
    times.push(new Date(at).toISOString().slice(0, 16));
  }
  return times;
}

describe('a cron expression', () => {
  it.each([
    ['0 0 12 ? * MON-FRI *', ['2031-04-02T12:00', '2031-04-03T12:00', '2031-04-04T12:00', '2031-04-07T12:00']],
    ['0 15 10 * * ?', ['2031-04-02T10:15', '2031-04-03T10:15']],
    ['0 0/20 9 * * ?', ['2031-04-02T09:00', '2031-04-02T09:20', '2031-04-02T09:40', '2031-04-03T09:00']],
    ['0 /30 9 * * ?', ['2031-04-02T09:00', '2031-04-02T09:30', '2031-04-03T09:00']],
    ['0 0 22-2/2 * * ?', ['2031-04-02T22:00', '2031-04-03T00:00', '2031-04-03T02:00', '2031-04-03T22:00']],
    ['0 0 0 L * ?', ['2031-04-30T00:00', '2031-05-31T00:00', '2031-06-30T00:00']],
    ['0 0 0 L-3 * ?', ['2031-04-27T00:00', '2031-05-28T00:00']],
    ['0 0 0 LW * ?', ['2031-04-30T00:00', '2031-05-30T00:00']],
    ['0 0 0 15W * ?', ['2031-04-15T00:00', '2031-05-15T00:00', '2031-06-16T00:00']],
    ['0 0 0 1W 3,6 ?', ['2031-06-02T00:00', '2032-03-01T00:00']],
    ['0 0 0 1W 11 ?', ['2031-11-03T00:00']],
    ['0 0 0 29 2 ?', ['2032-02-29T00:00', '2036-02-29T00:00']],
    ['0 0 8 ? * 6L', ['2031-04-25T08:00', '2031-05-30T08:00']],
    ['0 0 8 ? * fri#5', ['2031-05-30T08:00', '2031-08-29T08:00']],
    ['0 0 8 ? * L', ['2031-04-05T08:00', '2031-04-12T08:00']],
    ['0 0 8 ? JAN,JUL SUN#1', ['2031-07-06T08:00', '2032-01-04T08:00']],
    ['0 0 8 ? * SAT-MON', ['2031-04-05T08:00', '2031-04-06T08:00', '2031-04-07T08:00', '2031-04-12T08:00']],
    ['0 0 0 1 1 ? 2040/20', ['2040-01-01T00:00', '2060-01-01T00:00', '2080-01-01T00:00']],
  ])('%s fires at %j', (expression, times) => {
    expect(fires(expression, times.length)).toEqual(times);
  });

  it.each([
    ['0 0 0 31 2 ?', 0],
    ['0 0 0 1 1 ? 2020', 0],
    ['0 0 0 1 1 ? 2040,2041', 2],
  ])('%s ends after %i times', (expression, count) => {
    expect(fires(expression, count + 1)).toHaveLength(count);
  });

  it.each([
    ['', 'six or seven'],
    ['0 0 12 * *', 'six or seven'],
    ['0 0 12 * * ? 2031 x', 'six or seven'],
    ['1 0 12 * * ?', 'seconds field must be 0'],
    ['* 0 12 * * ?', 'seconds field must be 0'],
    ['0 0 12 * * *', 'exactly one'],
    ['0 0 12 ? * ?', 'exactly one'],
    ['0 0 12 1 * MON', 'exactly one'],
    ['0 60 12 * * ?', '60 is outside 0-59 in the minute field'],
    ['0 0 24 * * ?', 'hour'],
    ['0 0 0 0 * ?', 'day of month'],
    ['0 0 0 32 * ?', 'day of month'],
    ['0 0 0 32W * ?', 'day of month'],
    ['0 0 0 1,15W * ?', 'day of month'],
    ['0 0 0 L-31 * ?', 'day of month'],
    ['0 0 0 1 13 ?', 'month'],
    ['0 0 0 1 JANUARY ?', 'month'],
    ['0 0 0 ? * 0', 'day of week'],
    ['0 0 0 ? * 8', 'day of week'],
    ['0 0 0 ? * MON#6', 'day of week'],
    ['0 0 0 ? * MON#0', 'day of week'],
    ['0 0 0 ? * MON#1,TUE#2', 'day of week'],
    ['0 0 0 ? * 3W', 'day of week'],
    ['0 0 L * * ?', 'hour'],
    ['0 ? 0 * * ?', 'minute'],
    ['0 5-10-15 0 * * ?', 'range'],
    ['0 0/5/5 0 * * ?', 'more than one step'],
    ['0 0/0 0 * * ?', 'step'],
    ['0 0/60 0 * * ?', 'step'],
    ['0 1,,2 0 * * ?', 'missing'],
    ['0 -5 0 * * ?', 'missing'],
    ['0 1.5 0 * * ?', 'minute'],
    ['0 0 0 1 1 ? 1969', 'year'],
    ['0 0 0 1 1 ? 2040-2035', 'backwards'],
    [`0 0 0 ${'1,'.repeat(500)}1 1 ?`, 'longer than'],
  ])('%s is refused: %s', (expression, reason) => {
    expect(() => parseCron(expression)).toThrow(reason);
  });

  it('fires at the first minute that its fields allow, whatever they are', () => {
    const expressions = fc.record({
      minute: values(0, 59),
      hour: values(0, 23),
      day: fc.oneof(
        values(1, 31).map(({ text, set }) => ({ month: text, week: '?', has: (date: Date) => set.has(date.getUTCDate()) })),
        values(1, 7).map(({ text, set }) => ({ month: '?', week: text, has: (date: Date) => set.has(date.getUTCDay() + 1) })),
      ),
      month: values(1, 12),
    });
    fc.assert(
      fc.property(expressions, fc.integer({ min: 0, max: 1_000_000 }), ({ minute, hour, day, month }, offset) => {
        const after = from + offset * minuteMs;
        const next = parseCron(`0 ${minute.text} ${hour.text} ${day.month} ${month.text} ${day.week}`).next(after);
        const allows = (date: Date): boolean => month.set.has(date.getUTCMonth() + 1) && day.has(date);
        // Days first: a minute by minute search of whole years would take too long.
        const firstDay = Math.floor(after / 86_400_000) * 86_400_000;
        let expected: number | undefined;
        for (let at = firstDay; expected === undefined && at < firstDay + 1500 * 86_400_000; at += 86_400_000) {
          if (!allows(new Date(at))) continue;
          for (let each = at; expected === undefined && each < at + 86_400_000; each += minuteMs) {
            const date = new Date(each);
            if (each > after && hour.set.has(date.getUTCHours()) && minute.set.has(date.getUTCMinutes())) expected = each;
          }
        }
        if (expected !== undefined) expect(next).toBe(expected);
        else expect(next ?? Infinity).toBeGreaterThan(firstDay + 1500 * 86_400_000);
      }),
      { numRuns: 300, seed: 6 },
    );
  });

  it('is either read or refused with a reason, whatever the text', () => {
    const token = fc.constantFrom('0', '1', '59', '60', '*', '?', 'L', 'W', '#', '-', ',', '/', 'MON', 'JAN', ' ', ' ', '__proto__', 'é');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 20 }), (tokens) => {
        try {
          parseCron(`0 ${tokens.join('')}`).next(from);
        } catch (error) {
          expect((error as Error).name).toBe('CronError');
        }
      }),
      { numRuns: 2000, seed: 6 },
    );
  });
});

/** A field as text and, worked out apart from the parser, the values it means. */
function values(min: number, max: number): fc.Arbitrary<{ text: string; set: ReadonlySet<number> }> {
  const value = fc.integer({ min, max });
  const all = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  const part = fc.oneof(
    value.map((one) => ({ text: String(one), list: [one] })),
    fc.tuple(value, value).map(([one, other]) => ({
      text: `${one}-${other}`,
      list: all.filter((each) => (one <= other ? each >= one && each <= other : each >= one || each <= other)),
    })),
    fc.tuple(value, fc.integer({ min: 1, max })).map(([one, step]) => ({
      text: `${one}/${step}`,
      list: all.filter((each) => each >= one && (each - one) % step === 0),
    })),
    fc.integer({ min: 1, max }).map((step) => ({ text: `*/${step}`, list: all.filter((each) => (each - min) % step === 0) })),
    fc.constant({ text: '*', list: all }),
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    set: new Set(parts.flatMap(({ list }) => list)),
  }));
}
