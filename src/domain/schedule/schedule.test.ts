import { describe, expect, it } from 'vitest';
import { nextFireTime, readSchedule } from './schedule.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const after = at('2031-04-02T08:59:01');

describe('the schedule of a source', () => {
  it.each([
    [{}, undefined],
    [{ frequency_in_minutes: '30' }, { type: 'interval', minutes: 30 }],
    [
      { frequency_in_minutes: '30', anchor_time: '2031-04-01T07:00:00.000Z' },
      { type: 'interval', minutes: 30 },
    ],
    [
      { frequency_in_minutes: '60', anchor_time: '2031-04-01T07:00:00.000Z' },
      { type: 'interval', minutes: 60, anchor: at('2031-04-01T07:00:00') },
    ],
    [
      { frequency_in_minutes: '60', anchor_time: '2031-04-01T07:00:00.000Z', cron_expression: '0 0 1 * * ?' },
      { type: 'cron', expression: '0 0 1 * * ?' },
    ],
    [
      { frequency_in_minutes: '60', cron_expression: null, anchor_time: null },
      { type: 'interval', minutes: 60 },
    ],
  ])('of %j is %j', (properties, schedule) => {
    expect(readSchedule(properties)).toEqual(schedule);
  });

  it('counts an interval from the start of the run before and passes over what fell into it', () => {
    const hourly = { type: 'interval', minutes: 60 } as const;
    expect(nextFireTime(hourly, { after })).toBe(after);
    const previousStart = at('2031-04-02T08:10:00');
    expect(nextFireTime(hourly, { after, previousStart })).toBe(at('2031-04-02T09:10:00'));
    expect(nextFireTime(hourly, { after: previousStart, previousStart })).toBe(at('2031-04-02T09:10:00'));
    expect(nextFireTime(hourly, { after: at('2031-04-02T11:30:00'), previousStart })).toBe(at('2031-04-02T12:10:00'));
    // The clock was set back.
    expect(nextFireTime(hourly, { after: at('2031-04-02T05:00:00'), previousStart })).toBe(at('2031-04-02T09:10:00'));
  });

  it('holds slots to the anchor, before and after it, whenever the run before was', () => {
    const daily = { type: 'interval', minutes: 1440, anchor: at('2031-06-01T07:30:00') } as const;
    expect(nextFireTime(daily, { after, previousStart: at('2031-04-02T08:00:00') })).toBe(at('2031-04-03T07:30:00'));
    expect(nextFireTime(daily, { after: at('2031-04-02T07:00:00') })).toBe(at('2031-04-02T07:30:00'));
    expect(nextFireTime(daily, { after: at('2031-06-05T07:30:00') })).toBe(at('2031-06-06T07:30:00'));
  });

  it('asks the cron expression', () => {
    expect(nextFireTime({ type: 'cron', expression: '0 30 9 * * ?' }, { after })).toBe(at('2031-04-02T09:30:00'));
    expect(nextFireTime({ type: 'cron', expression: '0 0 0 1 1 ? 2030' }, { after })).toBeUndefined();
  });
});
